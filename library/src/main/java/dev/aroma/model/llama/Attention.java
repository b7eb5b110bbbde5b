package dev.aroma.model.llama;

import dev.aroma.model.KeyValueCache;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/** Causal self-attention with rotary positions and grouped queries (Ainslie et al. 2023). */
final class Attention extends Module {
  private final LlamaConfig config;
  private final int layer;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  Attention(LlamaConfig config, int layer) {
    this.config = config;
    this.layer = layer;
    int width = config.hiddenSize();
    int queries = config.heads() * config.headSize();
    int groups = config.keyValueHeads() * config.headSize();
    boolean bias = config.attentionBias();
    this.query = child("q_proj", new Linear(width, queries, bias));
    this.key = child("k_proj", new Linear(width, groups, bias));
    this.value = child("v_proj", new Linear(width, groups, bias));
    this.output = child("o_proj", new Linear(queries, width, bias));
  }

  /** Attends: (batch, length, hidden) to the same. */
  Tensor forward(Tensor x, Pass pass) {
    Tensor q = pass.rotation().turn(heads(query.forward(x))).transpose(1, 2);
    Tensor k = pass.rotation().turn(heads(key.forward(x))).transpose(1, 2);
    Tensor v = heads(value.forward(x)).transpose(1, 2); // (batch, groups, length, headSize)
    Tensor seen = attend(q, k, v, pass).transpose(1, 2);
    return output.forward(
        seen.reshape(x.size(0), x.size(1), (long) config.heads() * config.headSize()));
  }

  /** To (batch, heads, length, headSize). */
  private Tensor attend(Tensor q, Tensor k, Tensor v, Pass pass) {
    double dropout = training() ? config.attentionDropout() : 0;
    KeyValueCache cache = pass.cache();
    if (cache != null) {
      cache.write(layer, k, v);
    }
    if (pass.mask() == null) {
      return Ops.causalAttention(q, k, v, dropout);
    }
    boolean further = cache != null && cache.filled() > 0;
    Tensor keys = further ? cache.keys(layer) : k;
    Tensor values = further ? cache.values(layer) : v;
    if (q.size(2) == 1) {
      return one(q, keys, values, pass.mask());
    }
    return Ops.attention(q, everyHead(keys), everyHead(values), pass.mask(), dropout);
  }

  /** The heads of one token that share keys are queries to them: nothing needs to be repeated. */
  private Tensor one(Tensor q, Tensor keys, Tensor values, Tensor mask) {
    Tensor grouped = q.reshape(q.size(0), config.keyValueHeads(), -1, config.headSize());
    return Ops.attention(grouped, keys, values, mask, 0).reshape(q.shape());
  }

  /** Keys or values once for every head of the queries: libtorch's kernels with masks want it. */
  private Tensor everyHead(Tensor x) {
    int times = config.heads() / config.keyValueHeads();
    if (times == 1) {
      return x;
    }
    Tensor repeated = x.unsqueeze(2).expand(-1, -1, times, -1, -1);
    return repeated.reshape(x.size(0), config.heads(), x.size(2), x.size(3));
  }

  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), -1, config.headSize());
  }
}
