package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** {@code RobertaForSequenceClassification}. */
final class RobertaClassifier extends EncoderClassifier {
  private final RobertaHead head;

  RobertaClassifier(BertConfig config, int labels) {
    super("roberta", config, List.of("classifier"));
    this.head = child("classifier", new RobertaHead(config, labels));
  }

  @Override
  Tensor score(Tensor first) {
    return head.forward(first);
  }

  @Override
  List<Linear> headLayers() {
    return head.layers();
  }

  @Override
  public String architecture() {
    return "RobertaForSequenceClassification";
  }
}
