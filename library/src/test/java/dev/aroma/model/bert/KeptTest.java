package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeptTest {
  private record Pair(Tensor first, Tensor second) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(first, second);
    }
  }

  @Test
  void keptTensorsOutliveTheirScopeAndMissingOnesAreSkipped() {
    Pair pair;
    try (Scope scope = Scope.open()) {
      pair = Kept.keep(new Pair(Tensor.of(new float[] {3}, 1), null));
    }
    assertThat(pair.first().floats()).containsExactly(3);
    pair.close();
  }
}
