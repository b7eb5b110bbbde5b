package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * {@code BertForSequenceClassification}: pooler (dense, tanh) and classifier. Checkpoints of
 * sentence encoders have no pooler: they get a new one, which is trained with the head.
 */
final class BertClassifier extends EncoderClassifier {
  private final double dropout;
  private final Linear pooler;
  private final Linear classifier;

  BertClassifier(BertConfig config, int labels) {
    super("bert", config, List.of("bert.pooler"));
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
  public String architecture() {
    return "BertForSequenceClassification";
  }
}
