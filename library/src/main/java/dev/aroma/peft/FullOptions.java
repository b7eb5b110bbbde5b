package dev.aroma.peft;

/** Options of full fine-tuning: none. Everything is trained; the yardstick of all other methods. */
public record FullOptions() implements MethodOptions {
  @Override
  public Method method() {
    return new BaseMethod(path -> true);
  }
}
