package dev.aroma.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts and prefixes of both families; their numbers are held to PEFT's with real adapters. */
class LearnedTokensTest {
  private static float[] logits(SequenceClassifier model, Tensor mask) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Inputs plain = TinyModels.inputs();
      return model.logits(new Inputs(plain.ids(), plain.types(), mask)).floats();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void theyChangeTheAnswerWithAMaskOrWithoutAndGoAgain(String type) {
    SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
    float[] base = logits(model, null);
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.full(1, DType.I64, Device.CPU, 8, 10);
      model.prompt(new Rng(1).normal(1, 3, 16));
      float[] prompted = logits(model, null);
      assertThat(prompted).hasSameSizeAs(base).isNotEqualTo(base);
      assertThat(logits(model, all)).containsExactly(prompted, within(1e-5f));
      model.prompt(null);
      assertThat(logits(model, null)).containsExactly(base);
      model.prefix(new Rng(1).normal(1, 3, 2 * 2 * 16));
      float[] prefixed = logits(model, null);
      assertThat(prefixed).isNotEqualTo(base).isNotEqualTo(prompted);
      assertThat(logits(model, all)).containsExactly(prefixed, within(1e-5f));
      model.prefix(null);
      assertThat(logits(model, null)).containsExactly(base);
    }
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void theyTakePositionsFromTheText(String type) {
    SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
    int positions = model.maxLength();
    try (Scope scope = Scope.open()) {
      model.prompt(new Rng(1).normal(1, 3, 16));
      assertThat(model.maxLength()).isEqualTo(positions - 3);
      Tensor longest = Tensor.full(7, DType.I64, Device.CPU, 1, model.maxLength());
      Inputs inputs = new Inputs(longest, longest.mul(0), null);
      assertThat(model.logits(inputs).floats()).hasSize(3);
      model.prompt(null);
      model.prefix(new Rng(1).normal(1, 5, 2 * 2 * 16));
      assertThat(model.maxLength()).isEqualTo(positions - 5);
    }
    model.unload();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void whatDoesNotFitIsRefused(String type) {
    SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
    try (Scope scope = Scope.open()) {
      for (long[] shape : new long[][] {{3, 8}, {48}, {0, 16}, {24, 16}}) {
        Tensor wrong = Tensor.zeros(DType.F32, Device.CPU, shape);
        assertThatThrownBy(() -> model.prompt(wrong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("learned tokens of width 16");
      }
      Tensor wrong = Tensor.zeros(DType.F32, Device.CPU, 3, 16);
      assertThatThrownBy(() -> model.prefix(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of width 64");
    }
    model.unload();
  }
}
