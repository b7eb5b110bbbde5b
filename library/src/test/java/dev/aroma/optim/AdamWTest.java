package dev.aroma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final AdamW.Settings SETTINGS = AdamW.Settings.DEFAULT;

  private static Parameter parameter(float... values) {
    Parameter parameter = new Parameter(values.length);
    try (Scope scope = Scope.open()) {
      parameter.value(Tensor.of(values, values.length));
    }
    return parameter;
  }

  private static ParameterGroup group(String name, double decay, Parameter... parameters) {
    return new ParameterGroup(name, List.of(parameters), 1, decay);
  }

  /** Leaves gradient = factor · value at each parameter. */
  private static void backward(double factor, Parameter... parameters) {
    try (Scope scope = Scope.open()) {
      for (Parameter parameter : parameters) {
        parameter.value().square().sum().mul(factor / 2).backward();
      }
    }
  }

  private static float[] values(Parameter parameter) {
    return parameter.value().floats();
  }

  /** The algorithm on plain numbers. */
  private static double[] expected(double start, int steps, double rate, double decay) {
    double p = start;
    double m = 0;
    double v = 0;
    for (int t = 1; t <= steps; t++) {
      double g = p;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      p -= rate * decay * p;
      p -= rate * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
    }
    return new double[] {p, m, v};
  }

  private static void run(AdamW adam, int steps, double rate, Parameter... parameters) {
    for (int i = 0; i < steps; i++) {
      backward(1, parameters);
      adam.step(group -> rate);
      adam.zeroGradients();
    }
  }

  @Test
  void stepsAreThoseOfTheAlgorithm() {
    Parameter one = parameter(1f);
    Parameter two = parameter(-2f, 3f);
    try (AdamW adam = new AdamW(SETTINGS, List.of(group("g", 0.1, one, two)), Device.CPU)) {
      assertThat(adam.count()).isEqualTo(3);
      run(adam, 20, 0.05, one, two);
      assertThat((double) values(one)[0]).isCloseTo(expected(1, 20, 0.05, 0.1)[0], within(1e-5));
      assertThat((double) values(two)[0]).isCloseTo(expected(-2, 20, 0.05, 0.1)[0], within(1e-5));
      assertThat((double) values(two)[1]).isCloseTo(expected(3, 20, 0.05, 0.1)[0], within(1e-5));
    }
  }

  @Test
  void groupsHaveRatesAndResetsOfTheirOwn() {
    Parameter fast = parameter(1f);
    Parameter still = parameter(1f);
    try (AdamW adam =
        new AdamW(
            SETTINGS, List.of(group("fast", 0, fast), group("still", 0, still)), Device.CPU)) {
      backward(1, fast, still);
      adam.step(group -> group.name().equals("fast") ? 0.1 : 0);
      adam.zeroGradients();
      assertThat(values(fast)[0]).isCloseTo(0.9f, within(1e-6f));
      assertThat(values(still)[0]).isEqualTo(1f);

      adam.reset("fast");
      backward(5, fast); // a first step moves by the rate, whatever the gradient
      adam.step(group -> 0.1);
      assertThat(values(fast)[0]).isCloseTo(0.8f, within(1e-6f));
    }
  }

  @Test
  void parametersThatStayKeepTheirMomentsWhenGroupsChange() {
    Parameter stays = parameter(1f);
    Parameter goes = parameter(2f);
    Parameter comes = parameter(3f);
    try (AdamW adam = new AdamW(SETTINGS, List.of(group("g", 0, goes, stays)), Device.CPU)) {
      run(adam, 5, 0.05, goes, stays);
      float left = values(goes)[0];
      adam.regroup(List.of(group("g", 0, stays), group("new", 0, comes)));
      assertThat(goes.trainable()).isFalse();
      assertThat(values(goes)[0]).isEqualTo(left);
      run(adam, 5, 0.05, stays, comes);
      assertThat((double) values(stays)[0]).isCloseTo(expected(1, 10, 0.05, 0)[0], within(1e-5));
      assertThat((double) values(comes)[0]).isCloseTo(expected(3, 5, 0.05, 0)[0], within(1e-5));
    }
    assertThat(values(stays)[0]).as("readable after the optimiser is gone").isLessThan(1f);
  }

  @Test
  void pruningKeepsOnlyWhatTheMaskKeeps() {
    Parameter both = parameter(1f, 1f);
    try (AdamW adam = new AdamW(SETTINGS, List.of(group("g", 0, both)), Device.CPU)) {
      run(adam, 3, 0.0, both);
      adam.prune("g", count -> Tensor.of(new float[] {1, 0}, count));
      adam.step(group -> 0.1); // no gradient: only what is left of the moments moves anything
      assertThat(values(both)[0]).isLessThan(1f);
      assertThat(values(both)[1]).isEqualTo(1f);
    }
  }

  @Test
  void clippingBoundsTheGlobalNorm() {
    Parameter one = parameter(3f);
    Parameter two = parameter(4f);
    try (AdamW adam =
            new AdamW(SETTINGS, List.of(group("a", 0, one), group("b", 0, two)), Device.CPU);
        Scope scope = Scope.open()) {
      backward(1, one, two);
      assertThat(adam.clipGradients(Double.POSITIVE_INFINITY).item()).isCloseTo(5, within(1e-6));
      assertThat(adam.clipGradients(1).item()).isCloseTo(5, within(1e-6));
      assertThat(one.value().grad().item()).isCloseTo(0.6, within(1e-6));
      adam.scaleGradients(10);
      assertThat(adam.clipGradients(100).item()).isCloseTo(10, within(1e-5));
      assertThat(two.value().grad().item()).isCloseTo(8, within(1e-5));
    }
  }

  @Test
  void oneParameterInTwoGroupsIsRefused() {
    Parameter one = parameter(3f);
    List<ParameterGroup> twice = List.of(group("a", 0, one), group("b", 0, one));
    assertThatThrownBy(() -> new AdamW(SETTINGS, twice, Device.CPU)).hasMessageContaining("two");
  }
}
