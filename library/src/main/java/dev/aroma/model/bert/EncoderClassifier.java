package dev.aroma.model.bert;

import dev.aroma.model.DirectPasses;
import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** What BERT's and RoBERTa's classifiers share: the encoder, and the first token's state. */
abstract class EncoderClassifier extends SequenceClassifier {
  private static final LayerNames NAMES =
      new LayerNames(
          List.of(
              "query",
              "key",
              "value",
              "attention.output.dense",
              "intermediate.dense",
              "output.dense"),
          "query",
          "key",
          "value",
          "attention.output.dense",
          "/.*\\.\\d+\\.output\\.dense/",
          "/.*\\.\\d+\\.output\\.LayerNorm/");

  private final BertConfig config;
  private final Encoder encoder;

  EncoderClassifier(String encoderName, BertConfig config, List<String> head) {
    super(head);
    this.config = config;
    this.encoder = child(encoderName, new Encoder(config));
  }

  /**
   * The head.
   *
   * @param first (batch, hidden), the first token's last state
   * @return (batch, labels)
   */
  abstract Tensor score(Tensor first);

  /** The head's two layers; it is tanh of the first that the second reads. */
  abstract List<Linear> headLayers();

  /** Every hidden state, (batch, length, hidden), embeddings first. */
  List<Tensor> hiddenStates(Inputs inputs) {
    return encoder.forward(inputs, computeType());
  }

  @Override
  public final LayerNames layerNames() {
    return NAMES;
  }

  @Override
  public final Tensor logits(Inputs inputs) {
    List<Tensor> states = hiddenStates(inputs);
    return scores(states.get(states.size() - 1).select(1, 0));
  }

  /** The head's scores of first tokens' states, float32 (batch, labels). */
  Tensor scores(Tensor first) {
    return score(first).to(DType.F32);
  }

  @Override
  public final Optional<DirectPasses> directPasses() {
    return PackedPasses.of(this, encoder).or(() -> CpuPasses.of(this, encoder));
  }

  @Override
  public final Optional<Scorer> scorer() {
    return FrozenEncoder.of(this, encoder);
  }

  @Override
  public final void prompt(Tensor embeddings) {
    encoder.prompt(embeddings);
  }

  @Override
  public final void prefix(Tensor keysAndValues) {
    encoder.prefix(keysAndValues);
  }

  @Override
  public final int maxLength() {
    return config.maxLength() - encoder.learnedTokens();
  }

  @Override
  public final double initializerRange() {
    return config.initializerRange();
  }

  @Override
  public final int vocabularySize() {
    return config.vocabularySize();
  }
}
