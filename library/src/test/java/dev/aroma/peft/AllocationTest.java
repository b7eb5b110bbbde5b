package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AdaLoRA's importance and choice, by numbers worked out by hand. */
class AllocationTest {
  private static final AdaLoraOptions OPTIONS =
      new AdaLoraOptions(List.of("x"), 2, 1, 1, 0, 0, 0, 1, 0.1, 0.5, 0.25);

  private static Parameter parameter(float[] values, float[] gradient, long... shape) {
    Parameter parameter = Parameter.of(Tensor.of(values, shape).requireGrad(true));
    give(parameter, gradient);
    return parameter;
  }

  private static void give(Parameter parameter, float... gradient) {
    parameter.value().dropGrad();
    parameter.value().mul(Tensor.of(gradient, parameter.shape())).sum().backward();
  }

  @Test
  void scoresAreMeanTimesUncertaintyWithTheNewMean() {
    try (Scope scope = Scope.open()) {
      Parameter p = parameter(new float[] {2, -1}, new float[] {1, 4}, 2);
      try (Importance importance = new Importance(List.of(p), 0.5, 0.25)) {
        importance.update();
        // |p g| = 2, 4; mean = 1, 2; |I − mean| = 1, 2; uncertainty = 0.75, 1.5
        assertThat(importance.scores().floats())
            .containsExactly(new float[] {0.75f, 3}, within(1e-6f));
        give(p, 3, 0);
        importance.update();
        // |p g| = 6, 0; mean = 3.5, 1; |I − mean| = 2.5, 1; uncertainty = 2.0625, 1.125
        assertThat(importance.scores().floats())
            .containsExactly(new float[] {7.21875f, 1.125f}, within(1e-5f));
      }
      p.unload();
    }
  }

  private static AdaLoraModule module(int out, int in) {
    Linear linear = new Linear(in, out, false);
    return new AdaLoraModule(linear, OPTIONS, new Rng(in), Device.CPU);
  }

  private static int count(boolean[][] kept) {
    int count = 0;
    for (boolean[] one : kept) {
      for (boolean k : one) {
        count += k ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void theMostImportantComponentsOfAllModulesAreKept() {
    try (Scope scope = Scope.open()) {
      List<AdaLoraModule> modules = List.of(module(3, 4), module(4, 3), module(3, 4));
      for (AdaLoraModule module : modules) {
        module.parameters().forEach(p -> p.value().fill(1).requireGrad(true));
        module.parameters().forEach(p -> give(p, new float[(int) p.count()]));
      }
      give(modules.get(1).e(), 0, 5); // only the second component of the second module matters,
      give(modules.get(2).a(), 0, 0, 0, 0, 1, 1, 1, 1); // and a little one of the third's
      try (Allocation allocation = new Allocation(modules, 0.5, 0.5)) {
        allocation.update();
        boolean[][] two = allocation.choose(2);
        assertThat(two[0]).containsExactly(false, false);
        assertThat(two[1]).containsExactly(false, true);
        assertThat(two[2]).containsExactly(false, true);
        assertThat(allocation.choose(1)[1]).containsExactly(false, true);
        assertThat(count(allocation.choose(1))).isEqualTo(1);
        assertThat(count(allocation.choose(6))).as("nothing is over budget").isEqualTo(6);
        assertThat(count(allocation.choose(3))).as("equals go together").isEqualTo(2);
      }
      modules.forEach(AdaLoraModule::free);
    }
  }

  @Test
  void maskedComponentsStayMaskedWhereAdamMovesThem() {
    try (Scope scope = Scope.open()) {
      AdaLoraModule module = module(3, 4);
      module.e().value().fill(1);
      module.mask(new boolean[] {true, false});
      assertThat(module.e().value().floats()).containsExactly(1, 0);
      assertThat(module.rank()).isEqualTo(1);
      module.e().value().fill(3);
      module.maskAgain();
      assertThat(module.e().value().floats()).containsExactly(3, 0);
      LowRank low = module.change().lowRank();
      assertThat(low.rank()).isEqualTo(1);
      assertThat(low.b().shape()).containsExactly(3, 1);
      float[] first = Arrays.copyOf(module.a().value().floats(), 4);
      List<Float> tripled = new ArrayList<>();
      for (float value : first) {
        tripled.add(value * 3);
      }
      assertThat(low.a().floats()).containsExactly(toArray(tripled), within(1e-6f));
      module.free();
    }
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
