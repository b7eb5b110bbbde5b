package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** Multi-head self-attention (Vaswani et al. 2017, section 3.2) before its output projection. */
final class SelfAttention extends Module {
  private final BertConfig config;
  private final Linear query;
  private final Linear key;
  private final Linear value;

  SelfAttention(BertConfig config) {
    this.config = config;
    int width = config.hiddenSize();
    this.query = child("query", new Linear(width, width, true));
    this.key = child("key", new Linear(width, width, true));
    this.value = child("value", new Linear(width, width, true));
  }

  List<Linear> projections() {
    return List.of(query, key, value);
  }

  /**
   * Attends.
   *
   * @param x (batch, length, hidden)
   * @param mask added to the scores, (batch, 1, 1, tokens + length), or null
   * @param prefix learned keys and values, (2, heads, tokens, headSize), or null
   */
  Tensor forward(Tensor x, Tensor mask, Tensor prefix) {
    Tensor q = heads(query.forward(x)); // (batch, heads, length, headSize)
    Tensor k = heads(key.forward(x));
    Tensor v = heads(value.forward(x));
    if (prefix != null) {
      k = Ops.concat(List.of(repeated(prefix.select(0, 0), x), k), 2);
      v = Ops.concat(List.of(repeated(prefix.select(0, 1), x), v), 2);
    }
    double dropout = training() ? config.attentionDropout() : 0;
    Tensor seen = Ops.attention(q, k, v, mask, dropout);
    return seen.transpose(1, 2).reshape(x.shape()); // (batch, length, hidden)
  }

  /** (heads, tokens, headSize) for every row of a batch. */
  private static Tensor repeated(Tensor one, Tensor x) {
    return one.unsqueeze(0).expand(x.size(0), -1, -1, -1);
  }

  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), config.heads(), config.headSize()).transpose(1, 2);
  }
}
