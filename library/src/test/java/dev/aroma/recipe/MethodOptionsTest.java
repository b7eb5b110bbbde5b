package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Methods;
import dev.aroma.tensor.DType;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong options of every method are refused, with the key and what is allowed. */
class MethodOptionsTest {
  static Stream<String> methods() {
    return Methods.options().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void unknownOptionsAreNamed(String method) {
    assertThatThrownBy(() -> MethodBench.method(method, "no-such-option", "1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no-such-option");
  }

  @ParameterizedTest
  @CsvSource({
    "aroma, rank, 0, from 1",
    "aroma, alpha, 0, above 0",
    "aroma, inner-steps, 0, from 1",
    "aroma, inner-interval, 0, from 1",
    "aroma, outer-tolerance, -0.1, from 0",
    "aroma, inner-change, sideways, 'signed, absolute'",
    "aroma, reset, half, 'full, prune, none'",
    "aroma, init, zeros, 'uniform, gradient'",
    "pursuit, inner-steps, 0, from 1",
    "pursuit, head-steps, 0, from 1",
    "pursuit, dropout, 1, to 0.99",
    "lora, rank, 0, from 1",
    "lora, alpha, 0, above 0",
    "lora, dropout, 1, to 0.99",
    "lora, plus-ratio, 0, above 0",
    "lora, dora, perhaps, true or false",
    "adalora, initial-rank, 0, from 1",
    "adalora, target-rank, 13, 'expected at most initial-rank, 12, found 13'",
    "adalora, interval, 0, from 1",
    "adalora, beta1, 1, to 0.9999",
    "relora, merge-steps, 0, from 1",
    "relora, prune-keep, 2, from 0 to 1",
    "vera, rank, 0, from 1",
    "houlsby, bottleneck, 0, from 1",
    "pfeiffer, bottleneck, many, a whole number",
  })
  void valuesOutOfRangeAreToldWithTheRange(String method, String key, String value, String says) {
    assertThatThrownBy(() -> MethodBench.method(method, key, value))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("method")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "aroma, target-modules, q_proj, '[q_proj] match no linear layer'",
    "pursuit, target-modules, q_proj, '[q_proj] match no linear layer'",
    "lora, target-modules, q_proj, '[q_proj] match no linear layer'",
    "lora, target-modules, /(/, is no regular expression",
    "adalora, target-modules, q_proj, '[q_proj] match no linear layer'",
    "adalora, initial-steps, 60, 'below the 100 steps of the run, found 60 + 50'",
    "relora, target-modules, q_proj, '[q_proj] match no linear layer'",
    "vera, target-modules, q_proj, '[q_proj] match no linear layer'",
    "ia3, target-modules, q_proj, '[q_proj] match no linear layer'",
    "ia3, feedforward-modules, w2, 'method.feedforward-modules: [w2] match no linear layer'",
    "ia3, feedforward-modules, key, is in method.target-modules too",
    "houlsby, target-modules, LayerNorm, '[LayerNorm] match no linear layer'",
    "pfeiffer, target-modules, dense, '[dense] match no normalisation layer'",
    "lora, target-modules, out_proj, match no linear layer",
  })
  void whatDoesNotFitTheModelIsToldWhenItIsAttached(
      String method, String key, String value, String says) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    MethodOptions options = MethodBench.method(method, key, value);
    assertThatThrownBy(() -> MethodBench.attach(options, model, 100))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(says);
    model.unload();
  }
}
