package dev.aroma.peft;

/**
 * How the options of methods that adapt linear layers speak of them, the same for all; what they
 * take where nothing is given is in {@link dev.aroma.nn.LayerNames}.
 */
final class LinearTargets {
  /** What the option is. */
  static final String HELP =
      "Linear layers to adapt: ends of module paths, or /regular expressions/.";

  /** The same, of methods that adapt what the AROMA paper adapts. */
  static final String ADAPTED =
      HELP
          + " Where not given: query, key, value, attention.output.dense, intermediate.dense and"
          + " output.dense of BERT and RoBERTa; q_proj, k_proj, v_proj, up_proj and down_proj of"
          + " LLaMA.";

  private LinearTargets() {}
}
