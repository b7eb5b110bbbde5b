package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BranchedLinearTest {
  /** Has a weight of its own, as what has merged components. */
  private static final class Own implements RankBranch {
    private Tensor weight;
    private Factors branch;

    Own(Tensor weight) {
      this.weight = weight;
    }

    @Override
    public Tensor weight(Linear layer) {
      return weight;
    }

    @Override
    public void moveWeight(Linear layer, Tensor place) {
      weight = place;
    }

    @Override
    public Factors branch() {
      return branch;
    }

    @Override
    public Tensor forward(Layer layer, Tensor x) {
      return ((Linear) layer).with(weight, x);
    }
  }

  private final Linear layer = new Linear(2, 3, true);
  private Scope scope;
  private NoGrad guard;
  private Tensor place;

  @BeforeEach
  void open() {
    scope = Scope.open();
    guard = NoGrad.open();
    layer.weight().value(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    layer.bias().value(Tensor.of(new float[] {0, 0, 1}, 3));
    place = Tensor.zeros(DType.F32, Device.CPU, 3, 8).narrow(1, 0, 2);
  }

  @AfterEach
  void close() {
    layer.unload();
    guard.close();
    scope.close();
  }

  @Test
  void layersOwnWeightMovesAndTheLayerComputesTheSame() {
    Tensor x = Tensor.of(new float[] {1, -1}, 1, 2);
    float[] before = layer.forward(x).floats();
    BranchedLinear moved = BranchedLinear.of(layer).moveTo(place);
    assertThat(layer.weight().value().address()).isEqualTo(place.address());
    assertThat(layer.weight().value().floats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(layer.forward(x).floats()).containsExactly(before);
    assertThat(moved.weight().address()).isEqualTo(place.address());
    assertThat(moved.unchanged(place)).isTrue();
  }

  @Test
  void weightOfAnAdapterMovesAndTheLayersStays() {
    layer.adapt(new Own(Tensor.of(new float[] {6, 5, 4, 3, 2, 1}, 3, 2)));
    long origin = layer.weight().value().address();
    BranchedLinear moved = BranchedLinear.of(layer).moveTo(place);
    assertThat(place.floats()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(moved.weight().address()).isEqualTo(place.address());
    assertThat(layer.weight().value().address()).isEqualTo(origin);
    assertThat(layer.weight().value().floats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void otherBranchOrAWeightElsewhereIsAChange() {
    Own adapter = new Own(Tensor.zeros(DType.F32, Device.CPU, 3, 2));
    layer.adapt(adapter);
    BranchedLinear moved = BranchedLinear.of(layer).moveTo(place);
    assertThat(moved.unchanged(place)).isTrue();
    adapter.weight = adapter.weight.copy();
    assertThat(moved.unchanged(place)).isFalse();
    adapter.weight = place;
    adapter.branch =
        new RankBranch.Factors(
            Parameter.of(Tensor.zeros(DType.F32, Device.CPU, 1, 2)),
            Parameter.of(Tensor.zeros(DType.F32, Device.CPU, 3, 1)),
            1,
            0);
    assertThat(moved.unchanged(place)).isFalse();
    adapter.branch.a().unload();
    adapter.branch.b().unload();
  }
}
