package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.nn.Layer;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.Linear;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each kind of change, applied to a layer, against its formula written out on dense matrices. */
@ExtendWith(WithoutGradients.class)
class ChangesTest {
  private Linear linear;
  private Tensor x;

  @BeforeEach
  void layer() {
    linear = new Linear(4, 3, true);
    linear.weight().value(random("w", 3, 4));
    linear.bias().value(random("bias", 3));
    x = random("x", 2, 5, 4);
  }

  @AfterEach
  void end() {
    linear.unload();
  }

  private static Tensor random(String name, long... shape) {
    return new Rng(5).stream(name).normal(1, shape);
  }

  private LowRank low() {
    return new LowRank(random("b", 3, 2), random("a", 2, 4), 0.5);
  }

  private Tensor moved() {
    return Ops.addMatmul(linear.weight().value(), low().b(), low().a(), 0.5);
  }

  private void gives(Tensor weight, Tensor bias) {
    assertThat(linear.forward(x).floats())
        .containsExactly(Ops.linear(x, weight, bias).floats(), within(1e-5f));
  }

  @Test
  void lowRankAddsTheProduct() {
    Tensor expected = moved();
    low().applyTo(linear);
    gives(expected, linear.bias().value());
  }

  @Test
  void doraSetsTheNormsOfRows() {
    Tensor direction = moved();
    Tensor magnitude = random("m", 3).abs();
    Tensor norm = direction.square().sum(1, true).sqrt();
    Tensor expected = direction.div(norm).mul(magnitude.unsqueeze(1));
    new Dora(low(), magnitude).applyTo(linear);
    gives(expected, linear.bias().value());
  }

  @Test
  void besideALayerEveryChangeIsWhatItIsMerged() {
    Tensor shared = random("A", 6, 9);
    Tensor e = random("e", 2, 1);
    for (Change change :
        List.of(
            low(),
            new Triplets(low().a(), low().b(), e, 0.5),
            Triplets.of(low(), 5, 3),
            new Dora(low(), random("m", 3).abs()),
            new Vera(random("lb", 3), random("ld", 6), shared, random("B", 7, 6), 4),
            new Scaling(random("in", 4), true),
            new Scaling(random("out", 3), false))) {
      float[] weight = linear.weight().value().floats();
      Beside beside = change.beside(linear);
      float[] y = beside.adapter().forward(linear, x).floats();
      assertThat(linear.weight().value().floats()).as("the layer stays").isEqualTo(weight);
      Tensor before = linear.weight().value().copy();
      Tensor bias = linear.bias().value().copy();
      change.applyTo(linear);
      assertThat(y).as("%s", change).containsExactly(linear.forward(x).floats(), within(1e-5f));
      linear.weight().value(before);
      linear.bias().value(bias);
    }
  }

  @Test
  void anyLowRankIsOneOfAdaLora() {
    Triplets triplets = Triplets.of(low(), 5, 3);
    assertThat(triplets.a().shape()).containsExactly(5, 4);
    assertThat(triplets.b().shape()).containsExactly(3, 5);
    assertThat(triplets.lowRank().rank()).as("the rest has E = 0").isEqualTo(2);
    assertThat(triplets.a().square().sum(1, false).floats())
        .containsExactly(new float[] {1, 1, 0, 0, 0}, within(1e-5f));
  }

  @Test
  void doraInTrainingIsDoraMerged() {
    LoraModule lora = new LoraModule(linear, 2, 0.5, 0, new Rng(1), Device.CPU);
    DoraModule dora = new DoraModule(linear, lora, 0.5, 0);
    lora.parameters().get(1).value().set(random("b", 3, 2));
    dora.parameters().get(2).value().set(random("m", 3).abs());
    float[] branch = dora.forward(linear, x).floats();
    dora.change().applyTo(linear);
    assertThat(branch).containsExactly(linear.forward(x).floats(), within(1e-5f));
    dora.free();
  }

  @Test
  void doraBeginsAsTheBase() {
    LoraModule lora = new LoraModule(linear, 2, 0.5, 0.5, new Rng(1), Device.CPU);
    DoraModule dora = new DoraModule(linear, lora, 0.5, 0.5);
    float[] base = linear.forward(x).floats();
    assertThat(dora.forward(linear, x).floats()).containsExactly(base, within(1e-5f));
    linear.train(true);
    assertThat(dora.forward(linear, x).floats())
        .as("dropout is on the change, which is none")
        .containsExactly(base, within(1e-5f));
    dora.free();
  }

  @Test
  void veraTakesPartsOfTheSharedMatrices() {
    Tensor a = random("A", 6, 9);
    Tensor b = random("B", 7, 6);
    Tensor outputs = random("lb", 3);
    Tensor ranks = random("ld", 6);
    Tensor change =
        b.narrow(0, 0, 3)
            .mul(outputs.unsqueeze(1))
            .matmul(a.narrow(1, 0, 4).mul(ranks.unsqueeze(1)));
    Tensor expected = linear.weight().value().add(change);
    new Vera(outputs, ranks, a, b, 4).applyTo(linear);
    gives(expected, linear.bias().value());
    assertThatThrownBy(() -> new Vera(outputs, ranks, a, b, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 inputs and 3 outputs, found 9 and 7");
  }

  @Test
  void scalingOfOutputsIsOfTheBiasToo() {
    Tensor l = random("l", 3);
    Tensor expected = linear.forward(x).mul(l);
    new Scaling(l, false).applyTo(linear);
    assertThat(linear.forward(x).floats()).containsExactly(expected.floats(), within(1e-5f));
  }

  @Test
  void scalingOfInputsIsOfTheColumns() {
    Tensor l = random("l", 4);
    Tensor expected = linear.forward(x.mul(l));
    new Scaling(l, true).applyTo(linear);
    assertThat(linear.forward(x).floats()).containsExactly(expected.floats(), within(1e-5f));
  }

  @Test
  void tripletsLeaveOutWhatIsMasked() {
    Tensor e = Tensor.of(new float[] {0, 2}, 2, 1);
    Triplets triplets = new Triplets(low().a(), low().b(), e, 3);
    assertThat(triplets.lowRank().rank()).isEqualTo(1);
    Tensor expected = Ops.addMatmul(linear.weight().value(), low().b(), low().a().mul(e), 3);
    triplets.applyTo(linear);
    gives(expected, linear.bias().value());
    Triplets none = new Triplets(low().a(), low().b(), e.mul(0), 3);
    assertThat(none.lowRank().rank()).isZero();
    assertThat(none.lowRank().b().shape()).containsExactly(3, 0);
  }

  private static Bottleneck bottleneck() {
    return new Bottleneck(
        random("d", 2, 3), random("db", 2), random("u", 3, 2), random("ub", 3), "relu");
  }

  @Test
  void bottlenecksFollowTheLayerWithAResidual() {
    Bottleneck small = bottleneck();
    Tensor h = linear.forward(x);
    Tensor inside = Ops.relu(Ops.linear(h, small.downWeight(), small.downBias()));
    Tensor expected = h.add(Ops.linear(inside, small.upWeight(), small.upBias()));
    assertThat(small.mergeable()).isFalse();
    small.applyTo(linear);
    assertThat(linear.forward(x).floats()).containsExactly(expected.floats(), within(1e-6f));
    linear.adapt(null);
  }

  @Test
  void layersOfAnotherShapeOrKindAreRefused() {
    LayerNorm norm = new LayerNorm(4, 1e-5);
    Linear wide = new Linear(4, 9, true);
    wide.weight().value(Tensor.zeros(DType.F32, Device.CPU, 9, 4));
    for (Layer wrong : new Layer[] {norm, wide}) {
      assertThatThrownBy(() -> low().applyTo(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a layer with a weight of [3, 4]");
      assertThatThrownBy(() -> new Dora(low(), random("m", 3)).applyTo(wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Scaling(random("l", 3), false).applyTo(wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> bottleneck().applyTo(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("outputs of width 3");
    }
    wide.unload();
  }
}
