package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightDecayTest {
  private static final List<String> TARGETS = List.of("query", "value");

  private static MethodOptions options(String method) {
    return switch (method) {
      case "full" -> new FullOptions();
      case "bitfit" -> new BitFitOptions();
      case "houlsby" -> new HoulsbyOptions(List.of("output.dense"), 2);
      case "pfeiffer" -> new PfeifferOptions(List.of("output.LayerNorm"), 2);
      case "lora" -> new LoraOptions(TARGETS, 2, 4, 0, false, false, 1);
      case "dora plus" -> new LoraOptions(TARGETS, 2, 4, 0, false, true, 4);
      case "vera" -> new VeraOptions(TARGETS, 4, 0, 0.1);
      case "adalora" -> new AdaLoraOptions(TARGETS, 4, 2, 8, 0, 4, 4, 2, 0.1, 0.85, 0.85);
      default -> new ReLoraOptions(TARGETS, 1, 4, 0, 10, 0.5);
    };
  }

  private static Tuner attach(SequenceClassifier model, String method, double decay) {
    Setup setup = new Setup(new Rng(1), Device.CPU, 40, model.head(), decay);
    return options(method).method().attach(model, setup);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "full",
        "bitfit",
        "houlsby",
        "pfeiffer",
        "lora",
        "dora plus",
        "vera",
        "adalora",
        "relora"
      })
  void matricesDecayAndVectorsDoNot(String method) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner plain = attach(model, method, 0);
    long count = plain.liveParameters();
    assertThat(plain.groups()).allMatch(group -> group.weightDecay() == 0);
    plain.close();
    Tuner tuner = attach(model, method, 0.25);
    List<ParameterGroup> groups = tuner.groups();
    assertThat(groups).isNotEmpty();
    for (ParameterGroup group : groups) {
      assertThat(group.parameters())
          .isNotEmpty()
          .allMatch(p -> group.weightDecay() == (p.shape().length > 1 ? 0.25 : 0));
    }
    List<String> names = groups.stream().map(ParameterGroup::name).toList();
    assertThat(new HashSet<>(names)).as("Adam counts steps by name").hasSameSizeAs(names);
    assertThat(tuner.liveParameters()).isEqualTo(count);
    tuner.close();
    model.unload();
  }

  @Test
  void theRateOfAGroupSurvivesTheDivision() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Tuner tuner = attach(model, "dora plus", 0.25);
    assertThat(tuner.groups().stream().map(g -> g.name() + " " + g.rate()))
        .containsExactly("adapter 1.0", "adapter-vectors 1.0", "adapter-b 4.0");
    tuner.close();
    model.unload();
  }
}
