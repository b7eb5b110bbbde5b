package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components measured together give what each gives alone, and what its product gives. */
@ExtendWith(WithoutGradients.class)
class LiveComponentTest {
  private static final int[] WIDE = {6, 4}; // (out, in)
  private final Rng rng = new Rng(3);
  private final List<LiveComponent> all = new ArrayList<>();

  @AfterEach
  void close() {
    all.forEach(LiveComponent::drop);
  }

  /** Components of layers (out, in), each of values of its own. */
  private List<LiveComponent> components(int rank, int[]... shapes) {
    for (int[] shape : shapes) {
      LiveComponent component = new LiveComponent(rank, shape[0], shape[1]);
      component.start(rng.normal(1, rank, shape[1]), Device.CPU);
      component.b().value().set(rng.normal(1 + all.size(), shape[0], rank));
      all.add(component);
    }
    return all;
  }

  private static Tensor product(LiveComponent one) {
    return one.b().value().matmul(one.a().value()); // (out, in)
  }

  private static float norm(Tensor tensor) {
    return (float) tensor.norm().item();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void normsOfModulesTogetherAreThoseOfTheirProducts(int rank) {
    components(rank, WIDE, WIDE, WIDE);
    float[] together = LiveComponent.norms(all).floats();
    assertThat(together).hasSize(3);
    for (int i = 0; i < 3; i++) {
      LiveComponent one = all.get(i);
      assertThat(together[i]).isCloseTo(norm(product(one)), withinPercentage(0.01));
      assertThat(LiveComponent.norms(List.of(one)).floats())
          .containsExactly(new float[] {together[i]}, within(together[i] * 1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void differencesOfModulesTogetherAreThoseOfTheirProducts(int rank) {
    components(rank, WIDE, WIDE, WIDE);
    List<Tensor> before = all.stream().map(LiveComponentTest::product).toList();
    all.forEach(LiveComponent::remember);
    assertThat(LiveComponent.differences(all).floats())
        .as("nothing has changed: 0 up to rounding of a sum that cancels")
        .containsExactly(new float[3], within(0.02f));
    all.get(0).b().value().mulIn(-1); // as large as before, and turned round
    all.get(1).a().value().set(rng.normal(1, rank, WIDE[1]));
    all.get(2).b().value().mulIn(1.5);
    float[] together = LiveComponent.differences(all).floats();
    for (int i = 0; i < 3; i++) {
      LiveComponent one = all.get(i);
      float expected = norm(product(one).add(before.get(i).mul(-1)));
      assertThat(together[i]).isCloseTo(expected, withinPercentage(0.1));
      assertThat(LiveComponent.differences(List.of(one)).floats())
          .containsExactly(new float[] {together[i]}, within(together[i] * 1e-4f));
    }
    assertThat(together[0]).isCloseTo(2 * norm(before.get(0)), withinPercentage(0.1));
  }

  @Test
  void beforeTheFirstCheckEveryDifferenceIsInfinite() {
    assertThat(LiveComponent.differences(components(2, WIDE, WIDE)).floats())
        .containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
  }

  @Test
  void componentsOfAllShapesAreMeasuredInTheirOrder() {
    components(2, WIDE, new int[] {4, 6}, WIDE, new int[] {6, 5}, new int[] {4, 6});
    List<Integer> together = new ArrayList<>();
    double[] measured =
        LiveComponent.measure(
            all,
            alike -> {
              together.add(alike.size());
              return LiveComponent.norms(alike);
            });
    assertThat(together).as("one operation a shape").containsExactly(2, 2, 1);
    for (int i = 0; i < all.size(); i++) {
      assertThat((float) measured[i]).isCloseTo(norm(product(all.get(i))), withinPercentage(0.01));
    }
    assertThat(LiveComponent.measure(List.of(), LiveComponent::norms)).isEmpty();
  }

  @Test
  void nextComponentBeginsInTheMemoryOfTheOneBefore() {
    LiveComponent one = components(2, WIDE).get(0);
    long before = one.a().value().address();
    one.start(rng.normal(1, 2, WIDE[1]), Device.CPU);
    assertThat(one.a().value().address()).isEqualTo(before);
    assertThat(one.b().value().floats()).containsOnly(0);
  }
}
