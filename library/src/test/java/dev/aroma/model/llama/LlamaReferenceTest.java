package dev.aroma.model.llama;

import static dev.aroma.model.llama.References.agree;
import static dev.aroma.model.llama.References.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward and backward against transformers 5.17 on tiny random models. */
class LlamaReferenceTest {
  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void logitsLossAndAllGradientsAgree(String name) {
    try (Scope scope = Scope.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.F32);
      model.parameters().values().forEach(p -> p.value().requireGrad(true));

      Tensor logits =
          model.scores(model.states(new Inputs(reference.get("input_ids"), null, null)));
      agree("logits", logits, reference.get("logits"), 2e-5);
      Tensor loss = References.loss(logits, reference.get("labels"));
      assertThat(loss.item()).isCloseTo(reference.get("loss").item(), within(1e-5));

      loss.backward();
      for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
        Tensor expected = reference.get("grad." + entry.getKey());
        double scale = Math.max(expected.norm().item(), 1e-3);
        agree(entry.getKey(), entry.getValue().value().grad(), expected, 1e-4 * scale);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void promptsPaddedOnTheLeftAgree(String name) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.F32);
      Inputs prompts = reference.prompts();
      Tensor expected = reference.get("prompt_last_logits");

      Tensor whole = model.states(prompts);
      agree("whole", model.scores(last(whole)), expected, 2e-5);
      try (KeyValueCache cache = model.cache(4, 16)) {
        agree("cached", model.scores(last(model.next(prompts, cache))), expected, 2e-5);
      }
    }
  }

  private static Tensor last(Tensor states) {
    return states.select(1, states.size(1) - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void paddingOnTheRightNeedsNoMask(String name) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.F32);
      Tensor ids = reference.get("input_ids");
      Tensor padded = ids.copy();
      padded.narrow(1, 60, 40).zero();
      Tensor mask = Tensor.full(1, DType.I64, Device.CPU, ids.shape());
      mask.narrow(1, 60, 40).zero();
      Tensor expected = reference.get("logits").narrow(1, 0, 60);

      for (Tensor seen : new Tensor[] {null, mask}) {
        Tensor logits = model.scores(model.states(new Inputs(padded, null, seen)));
        agree("mask " + seen, logits.narrow(1, 0, 60), expected, 2e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void readingBitByBitGivesTheSame(String name) {
    try (Scope scope = Scope.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.F32);
      Tensor ids = reference.get("input_ids");
      Tensor expected = reference.get("logits");
      try (KeyValueCache cache = model.cache(4, 100)) {
        int at = 0;
        for (int length : new int[] {50, 1, 1, 30, 18}) {
          Inputs some = new Inputs(ids.narrow(1, at, length), null, null);
          Tensor logits = model.scores(model.next(some, cache));
          agree("from " + at, logits, expected.narrow(1, at, length), 2e-5);
          at += length;
        }
        assertThat(cache.filled()).isEqualTo(100);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void gradientsOfPaddingOnTheLeftAreThoseWithoutPadding(String name) {
    try (Scope scope = Scope.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.F32);
      model.parameters().values().forEach(p -> p.value().requireGrad(true));
      Tensor row = reference.get("input_ids").narrow(0, 0, 1).narrow(1, 0, 20);
      Tensor zeros = Tensor.zeros(DType.I64, Device.CPU, 1, 5);
      Tensor padded = Ops.concat(List.of(zeros, row), 1);
      Tensor mask = Ops.concat(List.of(zeros, row.mul(0).add(1)), 1);

      model.states(new Inputs(row, null, null)).square().sum().backward();
      Map<String, Parameter> parameters = model.parameters();
      Map<String, Tensor> expected = new LinkedHashMap<>();
      parameters.forEach(
          (path, p) -> {
            if (p.value().hasGrad()) {
              expected.put(path, p.value().grad().copy());
              p.value().dropGrad();
            }
          });
      model.states(new Inputs(padded, null, mask)).narrow(1, 5, 20).square().sum().backward();
      expected.forEach(
          (path, gradient) ->
              agree(
                  path,
                  parameters.get(path).value().grad(),
                  gradient,
                  5e-5 * Math.max(1, gradient.norm().item())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void bfloat16IsNear(String name) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        References reference = References.open(name)) {
      CausalModel model = reference.model(DType.BF16);
      Tensor logits =
          model.scores(model.states(new Inputs(reference.get("input_ids"), null, null)));
      assertThat(logits.dtype()).isEqualTo(DType.BF16);
      double loss = References.loss(logits.to(DType.F32), reference.get("labels")).item();
      assertThat(loss).isCloseTo(reference.get("loss").item(), within(0.02));
      Tensor expected = get(reference.io(), "prompt_last_logits");
      Tensor prompted = model.scores(last(model.states(reference.prompts()))).to(DType.F32);
      assertThat(prompted.sub(expected).norm().item()).isLessThan(0.03 * expected.norm().item());
    }
  }
}
