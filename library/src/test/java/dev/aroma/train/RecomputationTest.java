package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.llama.References;
import dev.aroma.nn.Adapter;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecomputationTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void gradientsAreThoseOfThePlainWay(double dropout) {
    try (Scope scope = Scope.open();
        References reference = References.open("tiny-llama")) {
      CausalModel model = reference.model(DType.F32);
      model.parameters().values().forEach(p -> p.value().requireGrad(true));
      model.modules(Linear.class).values().forEach(layer -> layer.adapt(dropping(dropout)));
      Inputs inputs = new Inputs(reference.get("input_ids"), null, null);
      Tensor labels = reference.get("labels");

      Engine.seed(3);
      Tensor plain = References.loss(model.scores(model.states(inputs)), labels);
      plain.backward();
      Tensor random = Engine.randomState(Device.CPU);
      Map<String, Tensor> expected = takeGradients(model);

      Engine.seed(3);
      Recomputation recomputation = new Recomputation(model);
      Tensor loss = References.loss(model.scores(recomputation.states(inputs)), labels);
      recomputation.backward(loss);

      assertThat(loss.item()).isEqualTo(plain.item());
      assertThat(Engine.randomState(Device.CPU).longs()).isEqualTo(random.longs());
      Map<String, Tensor> found = takeGradients(model);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (path, gradient) ->
              assertThat(found.get(path).sub(gradient).norm().item())
                  .as(path)
                  .isCloseTo(0, within(1e-6 * Math.max(1, gradient.norm().item()))));
    }
  }

  private static Adapter dropping(double probability) {
    return (Layer layer, Tensor x) -> layer.plain(Ops.dropout(x, probability));
  }

  private static Map<String, Tensor> takeGradients(CausalModel model) {
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    model
        .parameters()
        .forEach(
            (path, p) -> {
              gradients.put(path, p.value().grad().copy());
              p.value().dropGrad();
            });
    return gradients;
  }

  @Test
  void gradientsOfSeveralBatchesAdd() {
    try (Scope scope = Scope.open();
        References reference = References.open("tiny-llama")) {
      CausalModel model = reference.model(DType.F32);
      Tensor weight = model.parameters().get("model.layers.0.self_attn.q_proj.weight").value();
      weight.requireGrad(true);
      Recomputation recomputation = new Recomputation(model);
      Inputs inputs = new Inputs(reference.get("input_ids"), null, null);
      recomputation.backward(recomputation.states(inputs).sum());
      Tensor once = weight.grad().copy();
      recomputation.backward(recomputation.states(inputs).sum());
      assertThat(weight.grad().sub(once.mul(2)).norm().item()).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void thereIsNoWayBackWithoutAWayForth() {
    try (Scope scope = Scope.open();
        References reference = References.open("tiny-llama")) {
      Recomputation recomputation = new Recomputation(reference.model(DType.F32));
      Tensor loss = Tensor.zeros(DType.F32, Device.CPU).requireGrad(true);
      assertThatThrownBy(() -> recomputation.backward(loss))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
