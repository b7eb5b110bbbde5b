package dev.aroma.model.llama;

import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.nn.Embedding;
import dev.aroma.nn.Module;
import dev.aroma.nn.RmsNorm;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Embedding, blocks and the last normalisation: token ids to hidden states. */
final class Decoder extends Module {
  private final LlamaConfig config;
  private final Embedding words;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm norm;

  Decoder(LlamaConfig config) {
    this.config = config;
    this.words = child("embed_tokens", new Embedding(config.vocabularySize(), config.hiddenSize()));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(child("layers." + i, new Block(config, i)));
    }
    this.norm = child("norm", new RmsNorm(config.hiddenSize(), config.epsilon()));
  }

  Embedding words() {
    return words;
  }

  /** The blocks over one batch, the last normalisation being part of the last one. */
  List<UnaryOperator<Tensor>> stages(Inputs inputs, KeyValueCache cache, DType computeType) {
    Tensor frequencies = frequencies().toAsync(inputs.ids().device());
    Pass pass =
        cache == null
            ? Pass.whole(inputs, frequencies, computeType)
            : Pass.following(inputs, cache, frequencies, computeType);
    List<UnaryOperator<Tensor>> stages = new ArrayList<>();
    for (Block block : blocks.subList(0, blocks.size() - 1)) {
      stages.add(x -> block.forward(x, pass));
    }
    stages.add(x -> norm.forward(blocks.get(blocks.size() - 1).forward(x, pass)));
    return stages;
  }

  private Tensor frequencies() {
    float[] frequencies = config.rope().frequencies(config.headSize());
    return Tensor.of(frequencies, frequencies.length);
  }
}
