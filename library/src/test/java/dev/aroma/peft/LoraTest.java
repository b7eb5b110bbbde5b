package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoraTest {
  private static LoraOptions options(boolean rslora, boolean dora, double ratio) {
    return new LoraOptions(List.of("query"), 4, 8, 0, rslora, dora, ratio);
  }

  private static Tuner attach(LoraOptions options, SequenceClassifier model, long seed) {
    return options.method().attach(model, new Setup(new Rng(seed), Device.CPU, 9, model.head()));
  }

  @Test
  void scaleIsAlphaOverTheRankOrItsRoot() {
    assertThat(options(false, false, 1).scale()).isEqualTo(2);
    assertThat(options(true, false, 1).scale()).isEqualTo(4);
  }

  @Test
  void secondFactorHasItsOwnRateWithLoraPlus() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Tuner tuner = attach(options(false, true, 16), model, 1)) {
      List<ParameterGroup> groups = tuner.groups();
      assertThat(groups).extracting(ParameterGroup::rate).containsExactly(1.0, 16.0);
      assertThat(groups.get(1).parameters())
          .extracting(Parameter::shape)
          .containsOnly(shape(16, 4));
      assertThat(groups.get(0).count()).as("A and magnitudes").isEqualTo(2 * (4 * 16 + 16));
    }
    try (Tuner tuner = attach(options(false, true, 1), model, 1)) {
      assertThat(tuner.groups()).hasSize(1);
      assertThat(tuner.liveParameters()).isEqualTo(2 * (8 * 16 + 16));
    }
    model.unload();
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }

  @Test
  void firstFactorIsUniformAndOfTheSeed() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open();
        Tuner one = attach(options(false, false, 1), model, 1);
        Tuner same = attach(options(false, false, 1), model, 1);
        Tuner other = attach(options(false, false, 1), model, 2)) {
      String path = "bert.encoder.layer.1.attention.self.query";
      float[] a = one.factors().get(path).a().floats();
      assertThat(a).isEqualTo(same.factors().get(path).a().floats());
      assertThat(a).isNotEqualTo(other.factors().get(path).a().floats());
      assertThat(a).isNotEqualTo(one.factors().get(path.replace("1", "0")).a().floats());
      for (float value : a) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo(0.25f);
      }
      assertThat(one.factors().get(path).b().norm().item()).isCloseTo(0, within(0.0));
    }
    model.unload();
  }

  @Test
  void closingGivesTheModelBack() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner = attach(options(false, false, 1), model, 1);
    List<Parameter> parameters = tuner.groups().get(0).parameters();
    tuner.close();
    assertThat(parameters).noneMatch(Parameter::loaded);
    try (Scope scope = Scope.open()) {
      model.logits(TinyModels.inputs()); // as no adapter without a value could
    }
    assertThat(model.modules(Linear.class)).isNotEmpty();
    model.unload();
  }
}
