package dev.aroma.peft;

/** How the options of methods that adapt linear layers speak of them, the same for all. */
final class LinearTargets {
  /** What the option is. */
  static final String HELP =
      "Linear layers to adapt: ends of module paths, or /regular expressions/.";

  /** All six of a BERT or RoBERTa block: W_q, W_k, W_v, W_o, W_f1, W_f2 of the AROMA paper. */
  static final String ENCODER =
      "query, key, value, attention.output.dense, intermediate.dense, output.dense";

  private LinearTargets() {}
}
