package dev.aroma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which parameters move when the optimiser's groups change, and what becomes of their moments. */
class RegroupTest {
  private Scope scope;
  private Parameter head;
  private Parameter a;
  private Parameter b;
  private AdamW adam;

  @BeforeEach
  void open() {
    scope = Scope.open();
    head = Parameter.of(Tensor.of(new float[] {1, 2, 3}, 3));
    a = Parameter.of(Tensor.of(new float[] {4, 5}, 1, 2));
    b = Parameter.of(Tensor.of(new float[] {6, 7}, 2, 1));
    adam = new AdamW(AdamW.Settings.DEFAULT, groups("cycle", head, a, b), Device.CPU);
  }

  @AfterEach
  void close() {
    adam.close();
    scope.close();
  }

  /** The first parameter in a group of its own, the others in one of this name. */
  private static List<ParameterGroup> groups(String name, Parameter... all) {
    List<Parameter> others = Arrays.asList(all).subList(1, all.length);
    return List.of(
        new ParameterGroup("head", List.of(all[0]), 1, 0), new ParameterGroup(name, others, 1, 0));
  }

  private void step(Parameter... parameters) {
    for (Parameter parameter : parameters) {
      parameter.value().square().sum().backward();
    }
    adam.step(group -> 0.05);
    adam.zeroGradients();
  }

  /** Where values and gradients lie. */
  private static List<Long> places(Parameter... parameters) {
    List<Long> all = new ArrayList<>();
    for (Parameter parameter : parameters) {
      all.add(parameter.value().address());
      all.add(parameter.value().grad().address());
    }
    return all;
  }

  private float[] saved(String name) {
    State state = new State();
    adam.save(state);
    return state.tensors().get(name).floats();
  }

  @Test
  void theSameParametersStayWhereTheyLieWithTheirMoments() {
    step(head, a, b);
    List<Long> before = places(head, a, b);
    float[] mean = saved("mean");
    float[] square = saved("square");
    adam.regroup(groups("cycle", head, a, b));
    assertThat(places(head, a, b)).isEqualTo(before);
    assertThat(saved("mean")).containsExactly(mean).doesNotContain(0);
    assertThat(saved("square")).containsExactly(square).doesNotContain(0);
  }

  @Test
  void newGroupsOfTheSameParametersCount() {
    step(head, a, b);
    adam.regroup(groups("next", head, a, b));
    float[] before = a.value().floats();
    float[] first = head.value().floats();
    head.value().square().sum().backward();
    a.value().square().sum().backward();
    adam.step(group -> group.name().equals("next") ? 0.1 : 0);
    assertThat(a.value().floats()).isNotEqualTo(before);
    assertThat(head.value().floats()).containsExactly(first);
    adam.reset("next");
    float[] mean = saved("mean");
    assertThat(mean).endsWith(0, 0, 0, 0);
    assertThat(mean[2]).as("of the other group").isNotZero();
  }

  @Test
  void aParameterWithAnotherValueMovesAndKeepsItsMoments() {
    step(head, a, b);
    float[] mean = saved("mean");
    try (NoGrad guard = NoGrad.open()) {
      a.value(Tensor.of(new float[] {8, 9}, 1, 2));
    }
    adam.regroup(groups("cycle", head, a, b));
    assertThat(saved("values")).as("the value that it has now").contains(8, 9);
    assertThat(saved("mean")).containsExactly(mean);
    learns(a);
  }

  @Test
  void aParameterWhoseGradientLiesElsewhereMoves() {
    step(head, a, b);
    a.value().dropGrad();
    a.value().square().sum().backward(); // into a tensor of its own, which no step would read
    adam.regroup(groups("cycle", head, a, b));
    adam.zeroGradients();
    learns(a);
  }

  @Test
  void anotherOrderMovesWithValuesAndMoments() {
    step(head, a, b);
    float[] mean = saved("mean"); // 3 of the head, 2 of a, 2 of b
    float[] left = a.value().floats();
    adam.regroup(groups("cycle", head, b, a));
    assertThat(a.value().floats()).containsExactly(left);
    assertThat(saved("mean"))
        .containsExactly(mean[0], mean[1], mean[2], mean[5], mean[6], mean[3], mean[4]);
    learns(a);
  }

  @Test
  void fewerParametersMoveTogetherAndOneThatComesBackStartsAnew() {
    step(head, a, b);
    float[] mean = saved("mean");
    adam.regroup(groups("cycle", head, b));
    assertThat(adam.count()).isEqualTo(5);
    assertThat(a.trainable()).isFalse();
    assertThat(saved("mean")).containsExactly(mean[0], mean[1], mean[2], mean[5], mean[6]);
    adam.regroup(groups("cycle", head, a, b));
    assertThat(saved("mean")).containsExactly(mean[0], mean[1], mean[2], 0, 0, mean[5], mean[6]);
    learns(a);
  }

  @Test
  void aPrefixOfTheGroupsIsNotTheSame() {
    adam.regroup(groups("cycle", head, a));
    assertThat(adam.count()).isEqualTo(5);
    assertThat(b.trainable()).isFalse();
  }

  @Test
  void aParameterInTwoGroupsIsRefused() {
    assertThatThrownBy(() -> adam.regroup(groups("cycle", head, a, head)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWasRememberedComesBackWhenNothingMoved() {
    step(head, a, b);
    adam.remember();
    float[] good = saved("values");
    adam.regroup(groups("cycle", head, a, b));
    step(head, a, b);
    assertThat(saved("values")).isNotEqualTo(good);
    adam.recall();
    assertThat(saved("values")).containsExactly(good);
    assertThat(a.value().floats()).containsExactly(good[3], good[4]);
  }

  /** Its value and gradient are those that the optimiser reads and writes. */
  private void learns(Parameter parameter) {
    float[] before = parameter.value().floats();
    parameter.value().square().sum().backward();
    assertThat(parameter.value().grad().floats()).doesNotContain(0);
    adam.zeroGradients();
    assertThat(parameter.value().grad().floats()).containsOnly(0);
    step(parameter);
    assertThat(parameter.value().floats()).isNotEqualTo(before);
    assertThat(saved("values")).contains(parameter.value().floats());
  }
}
