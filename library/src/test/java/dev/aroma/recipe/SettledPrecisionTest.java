package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettledPrecisionTest {
  private final List<String> messages = new ArrayList<>();

  private RunOptions settled(Device device, long width, String... sets) {
    Config config = Config.empty();
    for (String set : sets) {
      config = config.withSet(set);
    }
    return SettledPrecision.of(Recipes.bind(config), device, width, messages::add);
  }

  @Test
  void autoOnACpuBecomesAPrecisionAndIsTold() {
    RunOptions options = settled(Device.CPU, 16);
    assertThat(options.engine()).isEqualTo(new EngineOptions("auto", "fp32"));
    assertThat(messages).singleElement().asString().startsWith("precision fp32: ");
    assertThat(Recipes.yaml(options)).contains("precision: \"fp32\"");
  }

  @Test
  void whatWasAskedForStaysAndGoesWithoutSaying() {
    assertThat(settled(Device.CPU, 768, "engine.precision=bf16").engine().precision())
        .isEqualTo("bf16");
    assertThat(settled(Device.CUDA, 768).engine().precision()).isEqualTo("auto");
    assertThat(messages).isEmpty();
  }

  @Test
  void trainedWeightsStayInFloat32() {
    assertThat(settled(Device.CPU, 768, "method.name=full").engine().precision()).isEqualTo("fp32");
  }

  @Test
  void aRunIsLoadedInItsOwnPrecisionUnlessAnotherIsGiven() {
    EngineOptions run = new EngineOptions("auto", "bf16");
    assertThat(new EngineOptions("cpu", "auto").over(run))
        .isEqualTo(new EngineOptions("cpu", "bf16"));
    assertThat(new EngineOptions("cpu", "fp32").over(run))
        .isEqualTo(new EngineOptions("cpu", "fp32"));
  }
}
