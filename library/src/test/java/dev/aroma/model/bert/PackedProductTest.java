package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.model.bert.JointProduct.Beside;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of the products needs no GPU: where weights lie, and the products without branches. */
class PackedProductTest {
  private static final int IN = 24;
  private static final int OUT = 8;

  /** A branch of the layer's own weight. */
  private record Branch(Factors branch) implements RankBranch {
    static Branch of(int rank) {
      Parameter a = Parameter.of(Tensor.zeros(DType.F32, Device.CPU, rank, IN));
      Parameter b = Parameter.of(Tensor.zeros(DType.F32, Device.CPU, OUT, rank));
      return new Branch(new Factors(a, b, 1, 0));
    }

    @Override
    public Tensor weight(Linear layer) {
      return layer.weight().value();
    }

    @Override
    public void moveWeight(Linear layer, Tensor place) {
      layer.weight().value(place);
    }

    @Override
    public Tensor forward(Layer layer, Tensor x) {
      return layer.plain(x);
    }

    void free() {
      branch.a().unload();
      branch.b().unload();
    }
  }

  private final Rng rng = new Rng(5);
  private final List<Linear> layers =
      List.of(new Linear(IN, OUT, true), new Linear(IN, OUT, true), new Linear(IN, OUT, true));
  private Scope scope;
  private NoGrad guard;

  @BeforeEach
  void open() {
    scope = Scope.open();
    guard = NoGrad.open();
    for (Linear layer : layers) {
      layer.weight().value(rng.normal(1, OUT, IN));
      layer.bias().value(rng.normal(1, OUT));
    }
  }

  @AfterEach
  void close() {
    for (Linear layer : layers) {
      if (layer.adapter() instanceof Branch branch) {
        branch.free();
      }
      layer.unload();
    }
    guard.close();
    scope.close();
  }

  private Tensor memory(PackedProduct product) {
    return Tensor.zeros(DType.F32, Device.CPU, product.weightCount() + 5);
  }

  @ParameterizedTest
  @CsvSource({
    "COLUMNS, 0, 0",
    "COLUMNS, 1, 8",
    "COLUMNS, 3, 16",
    "LINES, 0, 0",
    "LINES, 1, 40",
    "NOTHING, 1, 0"
  })
  void columnsBesideTheInputAreThoseOfTheBranches(Beside beside, int rank, int columns) {
    if (rank > 0) {
      layers.forEach(layer -> layer.adapt(Branch.of(rank)));
    }
    JointProduct product = new JointProduct(layers, beside);
    assertThat(product.columns()).isEqualTo(columns);
    assertThat(product.weightCount()).isEqualTo(3L * OUT * (IN + columns));
    assertThat(product.rank()).isEqualTo(3 * rank);
  }

  @Test
  void linesAreWhole() {
    layers.forEach(layer -> layer.adapt(Branch.of(1)));
    assertThat((IN + new JointProduct(layers, Beside.LINES).columns()) % 64).isZero();
  }

  @Test
  void jointProductHasTheWeightsOfItsLayersWhichReadThemThere() {
    layers.get(1).adapt(Branch.of(1));
    Tensor x = rng.normal(1, 4, IN);
    List<float[]> before = layers.stream().map(layer -> layer.plain(x).floats()).toList();
    JointProduct product = new JointProduct(layers, Beside.LINES);
    Tensor memory = memory(product);
    product.place(memory, 5);
    Tensor all = product.plain(x);
    for (int i = 0; i < 3; i++) {
      assertThat(layers.get(i).plain(x).floats()).containsExactly(before.get(i), within(1e-5f));
      assertThat(all.narrow(1, (long) i * OUT, OUT).floats())
          .containsExactly(before.get(i), within(1e-5f));
    }
    assertThat(layers.get(0).weight().value().address())
        .isEqualTo(memory.address() + 5L * Float.BYTES);
    assertThat(product.unchanged()).isTrue();
    layers.get(2).weight().value(rng.normal(1, OUT, IN));
    assertThat(product.unchanged()).isFalse();
    product.close();
  }

  @Test
  void gradientsOfLayersSideBySideAreThoseOfEachAddedUp() {
    JointProduct product = new JointProduct(layers, Beside.COLUMNS);
    product.place(memory(product), 0);
    Tensor dy = rng.normal(1, 4, 3 * OUT);
    Tensor sum = Tensor.zeros(DType.F32, Device.CPU, 4, IN);
    for (int i = 2; i >= 1; i--) {
      Tensor weight = layers.get(i).weight().value();
      sum = sum.add(dy.narrow(1, (long) i * OUT, OUT).matmul(weight));
    }
    Tensor last = dy.narrow(1, OUT, 2 * OUT);
    assertThat(product.plainBackward(last, 1).floats())
        .containsExactly(sum.floats(), within(1e-4f));
    sum = sum.add(dy.narrow(1, 0, OUT).matmul(layers.get(0).weight().value()));
    assertThat(product.backward(dy, 0).floats()).containsExactly(sum.floats(), within(1e-4f));
    product.close();
  }

  @Test
  void sideProductHasItsLayersWeightAboveTheBranch() {
    Linear layer = layers.get(0);
    layer.adapt(Branch.of(1));
    Tensor x = rng.normal(1, 4, IN);
    float[] before = layer.plain(x).floats();
    SideProduct product = new SideProduct(layer);
    Tensor memory = memory(product);
    product.place(memory, 5);
    assertThat(product.weightCount()).isEqualTo((OUT + 8) * IN);
    assertThat(product.forward(x).floats()).containsExactly(before, within(1e-5f));
    assertThat(layer.plain(x).floats()).containsExactly(before, within(1e-5f));
    assertThat(product.unchanged()).isTrue();
    ((Branch) layer.adapter()).free();
    layer.adapt(Branch.of(2));
    assertThat(product.unchanged()).isFalse();
    product.close();
  }

  @ParameterizedTest
  @CsvSource({
    "64, true",
    "32, true",
    "8, true",
    "256, true",
    "48, false",
    "4, false",
    "512, false"
  })
  void attentionOfFirstTokensTakesHeadsOfTheseSizes(int size, boolean suits) {
    BertConfig config =
        new BertConfig(
            false, 10, 2 * size, 1, 2, 16, "gelu", 512, 2, 1e-12, 0, 0.1, 0.1, 0.1, 0.02);
    assertThat(FirstAttention.suits(config)).isEqualTo(suits);
  }
}
