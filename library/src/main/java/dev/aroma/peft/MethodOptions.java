package dev.aroma.peft;

/** The options of a fine-tuning method; each method's record knows how to make it. */
public interface MethodOptions {
  /** The method with these options. */
  Method method();
}
