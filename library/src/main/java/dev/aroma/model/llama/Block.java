package dev.aroma.model.llama;

import dev.aroma.nn.Module;
import dev.aroma.nn.RmsNorm;
import dev.aroma.tensor.Tensor;

/** One block, normalised before each half: (batch, length, hidden) to the same. */
final class Block extends Module {
  private final RmsNorm attentionNorm;
  private final Attention attention;
  private final RmsNorm feedForwardNorm;
  private final FeedForward feedForward;

  Block(LlamaConfig config, int layer) {
    int width = config.hiddenSize();
    this.attentionNorm = child("input_layernorm", new RmsNorm(width, config.epsilon()));
    this.attention = child("self_attn", new Attention(config, layer));
    this.feedForwardNorm = child("post_attention_layernorm", new RmsNorm(width, config.epsilon()));
    this.feedForward = child("mlp", new FeedForward(config));
  }

  Tensor forward(Tensor x, Pass pass) {
    Tensor attended = x.add(attention.forward(attentionNorm.forward(x), pass));
    return attended.add(feedForward.forward(feedForwardNorm.forward(attended)));
  }
}
