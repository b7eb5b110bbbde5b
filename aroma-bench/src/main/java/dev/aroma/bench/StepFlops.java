package dev.aroma.bench;

import dev.aroma.io.JsonConfig;

/**
 * How many floating-point operations a training step needs, by its arithmetic alone: products of
 * matrices, a multiplication and an addition counted as two. For T tokens in sequences of L:
 *
 * <pre>
 * linear layers     2 T P forwards, as much for the gradient of their inputs, and where all
 *                   weights are trained as much again; P is the number of their weights
 * attention         4 T L d forwards, 8 T L d backwards a layer; half of both where it is causal
 * adapters          6 T r (in + out) for each adapted layer
 * scores of words   4 T d V in a decoder whose loss is on all tokens, 6 where all is trained
 * </pre>
 *
 * <p>Not counted: elementwise work, normalisation, the optimiser, the head of an encoder, and what
 * is computed twice to save memory. Counted though not needed: the gradient of the lowest block's
 * input, about one percent.
 *
 * @param width of the residual stream, d
 * @param layers blocks
 * @param linear weights of the linear layers of a block, P
 * @param adapted sum of inputs and outputs of the adapted layers of a block
 * @param vocabulary words that are scored at each token; 0 for an encoder
 */
record StepFlops(long width, long layers, long linear, long adapted, long vocabulary) {
  /** Of a shape that {@link Steps} or {@link LlamaSteps} knows, adapted as they do. */
  static StepFlops named(String shape) {
    return RandomEncoder.knows(shape)
        ? ofEncoder(RandomEncoder.config(shape, 0))
        : ofDecoder(JsonConfig.parse(shape, LlamaShape.named(shape).config()));
  }

  /** Adapted are all six linear layers of a block. */
  static StepFlops ofEncoder(JsonConfig config) {
    long width = config.requireInt("hidden_size");
    long inner = config.requireInt("intermediate_size");
    return new StepFlops(
        width,
        config.requireInt("num_hidden_layers"),
        4 * width * width + 2 * width * inner,
        10 * width + 2 * inner,
        0);
  }

  /** Adapted are queries, keys, values, up and down. */
  static StepFlops ofDecoder(JsonConfig config) {
    long width = config.requireInt("hidden_size");
    long inner = config.requireInt("intermediate_size");
    long narrow =
        width / config.requireInt("num_attention_heads") * config.requireInt("num_key_value_heads");
    return new StepFlops(
        width,
        config.requireInt("num_hidden_layers"),
        2 * width * width + 2 * width * narrow + 3 * width * inner,
        6 * width + 2 * narrow + 2 * inner,
        config.requireInt("vocab_size"));
  }

  /**
   * Those of a step.
   *
   * @param tokens of all sequences, T
   * @param length of a sequence, L; the mean where they differ, which is a little too few
   * @param rank of the adapters; 0 without
   * @param full whether all weights are trained
   */
  double of(double tokens, double length, int rank, boolean full) {
    boolean decoder = vocabulary > 0;
    double products = (full ? 6 : 4) * tokens * (layers * linear + width * vocabulary);
    double attention = (decoder ? 6 : 12) * tokens * length * width * layers;
    return products + attention + 6 * tokens * rank * adapted * layers;
  }

  /**
   * Those of a step that a line of JSON of Aroma or PEFT is about; not a number where the line does
   * not say enough.
   */
  static double of(JsonConfig line) {
    if (line.optString("loss_on", "all").equals("answer")) {
      return Double.NaN;
    }
    double tokens = line.requireDouble("tokens_per_second") * line.requireDouble("ms") / 1e3;
    boolean full = line.requireString("method").equals("full");
    int rank = full ? 0 : line.optInt("rank", 0);
    return named(line.requireString("shape"))
        .of(tokens, tokens / line.requireInt("batch"), rank, full);
  }
}
