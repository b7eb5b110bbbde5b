package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * {@code BertForSequenceClassification}: pooler (dense, tanh) and classifier.
 *
 * <p>Both are the head, as RoBERTa's dense and out_proj are: the pooler comes from another task,
 * or, in checkpoints of sentence encoders, from nowhere.
 */
final class BertClassifier extends EncoderClassifier {
  private final double dropout;
  private final Linear pooler;
  private final Linear classifier;

  BertClassifier(BertConfig config, int labels) {
    super("bert", config, List.of("bert.pooler", "classifier"));
    this.dropout = config.classifierDropout();
    this.pooler =
        child("bert.pooler.dense", new Linear(config.hiddenSize(), config.hiddenSize(), true));
    this.classifier = child("classifier", new Linear(config.hiddenSize(), labels, true));
  }

  @Override
  Tensor score(Tensor first) {
    Tensor pooled = pooler.forward(first).tanh(); // (batch, hidden)
    return classifier.forward(Ops.dropout(pooled, training() ? dropout : 0));
  }

  @Override
  List<Linear> headLayers() {
    return List.of(pooler, classifier);
  }

  @Override
  public String architecture() {
    return "BertForSequenceClassification";
  }
}
