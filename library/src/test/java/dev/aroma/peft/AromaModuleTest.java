package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.aroma.nn.Linear;
import dev.aroma.peft.AromaOptions.Init;
import dev.aroma.peft.AromaOptions.Reset;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components measured together give what each gives alone, and what its product gives. */
class AromaModuleTest {
  private static final int[] WIDE = {6, 4}; // (out, in)
  private final Rng rng = new Rng(3);
  private final List<Linear> layers = new ArrayList<>();
  private Scope scope;
  private NoGrad guard;

  @BeforeEach
  void open() {
    scope = Scope.open();
    guard = NoGrad.open();
  }

  @AfterEach
  void close() {
    layers.forEach(Linear::unload);
    guard.close();
    scope.close();
  }

  /** Modules (out, in) of small weights, each with a component of its own. */
  private List<AromaModule> modules(int rank, int[]... shapes) {
    AromaOptions options =
        new AromaOptions(
            List.of("x"),
            rank,
            4,
            0,
            8,
            4,
            0.1,
            InnerChange.DIFFERENCE,
            0,
            Reset.FULL,
            0,
            Init.UNIFORM,
            2,
            0);
    List<AromaModule> all = new ArrayList<>();
    for (int[] shape : shapes) {
      Linear layer = new Linear(shape[1], shape[0], false);
      layer.weight().value(rng.normal(1, shape[0], shape[1]));
      layers.add(layer);
      AromaModule module = new AromaModule("m" + all.size(), layer, options);
      module.start(rng.normal(1, rank, shape[1]));
      module.b().value().set(rng.normal(1 + all.size(), shape[0], rank));
      all.add(module);
    }
    return all;
  }

  private static Tensor product(AromaModule module) {
    return module.b().value().matmul(module.a().value()); // (out, in)
  }

  private static float norm(Tensor tensor) {
    return (float) tensor.norm().item();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void normsOfModulesTogetherAreThoseOfTheirProducts(int rank) {
    List<AromaModule> all = modules(rank, WIDE, WIDE, WIDE);
    float[] together = AromaModule.componentNorms(all).floats();
    assertThat(together).hasSize(3);
    for (int i = 0; i < 3; i++) {
      AromaModule one = all.get(i);
      assertThat(together[i]).isCloseTo(norm(product(one)), withinPercentage(0.01));
      assertThat(AromaModule.componentNorms(List.of(one)).floats())
          .containsExactly(new float[] {together[i]}, within(together[i] * 1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void differencesOfModulesTogetherAreThoseOfTheirProducts(int rank) {
    List<AromaModule> all = modules(rank, WIDE, WIDE, WIDE);
    List<Tensor> before = all.stream().map(AromaModuleTest::product).toList();
    all.forEach(AromaModule::remember);
    assertThat(AromaModule.componentDifferences(all).floats())
        .as("nothing has changed: 0 up to rounding of a sum that cancels")
        .containsExactly(new float[3], within(0.02f));
    all.get(0).b().value().mulIn(-1); // as large as before, and turned round
    all.get(1).a().value().set(rng.normal(1, rank, WIDE[1]));
    all.get(2).b().value().mulIn(1.5);
    float[] together = AromaModule.componentDifferences(all).floats();
    for (int i = 0; i < 3; i++) {
      AromaModule one = all.get(i);
      float expected = norm(product(one).add(before.get(i).mul(-1)));
      assertThat(together[i]).isCloseTo(expected, withinPercentage(0.1));
      assertThat(AromaModule.componentDifferences(List.of(one)).floats())
          .containsExactly(new float[] {together[i]}, within(together[i] * 1e-4f));
    }
    assertThat(together[0]).isCloseTo(2 * norm(before.get(0)), withinPercentage(0.1));
  }

  @Test
  void beforeTheFirstCheckEveryDifferenceIsInfinite() {
    assertThat(AromaModule.componentDifferences(modules(2, WIDE, WIDE)).floats())
        .containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
  }

  @Test
  void modulesAreMeasuredTogetherIfBothSidesAreAlike() {
    List<AromaModule> all = modules(2, WIDE, WIDE, new int[] {4, 6}, new int[] {6, 5});
    assertThat(all.get(0).shape())
        .isEqualTo(all.get(1).shape())
        .isNotEqualTo(all.get(2).shape())
        .isNotEqualTo(all.get(3).shape());
  }
}
