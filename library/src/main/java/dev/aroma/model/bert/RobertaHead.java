package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** RoBERTa's classification head: dense, tanh, out_proj on the first token's state. */
final class RobertaHead extends Module {
  private final double dropout;
  private final Linear dense;
  private final Linear projection;

  RobertaHead(BertConfig config, int labels) {
    this.dropout = config.classifierDropout();
    this.dense = child("dense", new Linear(config.hiddenSize(), config.hiddenSize(), true));
    this.projection = child("out_proj", new Linear(config.hiddenSize(), labels, true));
  }

  List<Linear> layers() {
    return List.of(dense, projection);
  }

  /**
   * Scores.
   *
   * @param first (batch, hidden)
   * @return (batch, labels)
   */
  Tensor forward(Tensor first) {
    double p = training() ? dropout : 0;
    Tensor mixed = dense.forward(Ops.dropout(first, p)).tanh();
    return projection.forward(Ops.dropout(mixed, p));
  }
}
