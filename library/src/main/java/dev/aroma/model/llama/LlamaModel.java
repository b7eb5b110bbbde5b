package dev.aroma.model.llama;

import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.nn.Linear;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code LlamaForCausalLM}: the decoder, and scores by a layer of their own or the embedding. */
final class LlamaModel extends CausalModel {
  private final LlamaConfig config;
  private final Decoder decoder;
  private final Linear output; // null where the embedding gives the scores

  LlamaModel(LlamaConfig config) {
    this.config = config;
    this.decoder = child("model", new Decoder(config));
    this.output =
        config.tied()
            ? null
            : child("lm_head", new Linear(config.hiddenSize(), config.vocabularySize(), false));
  }

  @Override
  public Tensor embed(Tensor ids) {
    return decoder.words().forward(ids).to(computeType());
  }

  @Override
  public List<UnaryOperator<Tensor>> stages(Inputs inputs) {
    return decoder.stages(inputs, null, computeType());
  }

  @Override
  public Tensor scores(Tensor states) {
    return output == null
        ? Ops.linear(states, decoder.words().weight().as(states.dtype()), null)
        : output.forward(states);
  }

  @Override
  public KeyValueCache cache(int rows, int capacity) {
    return new KeyValueCache(
        config.layers(),
        rows,
        config.keyValueHeads(),
        capacity,
        config.headSize(),
        computeType(),
        decoder.words().weight().value().device());
  }

  @Override
  public Tensor next(Inputs inputs, KeyValueCache cache) {
    try (NoGrad guard = NoGrad.open()) {
      int length = (int) inputs.ids().size(1);
      cache.announce(inputs.mask(), length);
      Tensor x = embed(inputs.ids());
      for (UnaryOperator<Tensor> stage : decoder.stages(inputs, cache, computeType())) {
        Tensor before = x;
        x = Scope.only(() -> stage.apply(before));
      }
      cache.advance(inputs.mask(), length);
      return x;
    }
  }

  @Override
  public int maxLength() {
    return config.maxPositions();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public double initializerRange() {
    return config.initializerRange();
  }

  @Override
  public String architecture() {
    return "LlamaForCausalLM";
  }
}
