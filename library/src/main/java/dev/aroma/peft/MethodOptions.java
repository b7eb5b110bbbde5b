package dev.aroma.peft;

/** The options of a fine-tuning method; each method's record knows how to make it. */
public interface MethodOptions {
  /** Help of the layers that a method adapts. */
  String ADAPTED =
      "Linear layers to adapt: ends of module paths, or /regular expressions/. Where not given: what"
          + " the paper adapts: query, key, value, attention.output.dense, intermediate.dense and"
          + " output.dense of BERT and RoBERTa; q_proj, k_proj, v_proj, up_proj and down_proj of"
          + " LLaMA.";

  /** The method with these options. */
  Method method();
}
