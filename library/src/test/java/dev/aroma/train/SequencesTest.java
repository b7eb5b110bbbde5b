package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.data.Batch;
import dev.aroma.data.TokenBatches;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final long[] IDS = {7, 8, 9, 0, 5, 6, 0, 0, 1, 2, 3, 4};
  private static final long[] MASK = {1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1};
  private final Batch batch = TokenBatches.of(IDS, MASK, IDS, 3); // of 3, 2 and 4 tokens

  @Test
  void rowsLieOneBehindAnotherWithoutPadding() {
    long[] all = new long[3 * 10];
    Arrays.fill(all, -1);
    int[] begins = Sequences.lay(batch, 0, 3, all, 10);
    assertThat(begins).containsExactly(0, 3, 5, 9);
    assertThat(Arrays.copyOfRange(all, 0, 10)).containsExactly(7, 8, 9, 5, 6, 1, 2, 3, 4, -1);
    assertThat(Arrays.copyOfRange(all, 10, 20)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, -1);
    assertThat(Arrays.copyOfRange(all, 20, 30)).containsExactly(0, 1, 2, 0, 1, 0, 1, 2, 3, -1);
  }

  @Test
  void someRowsBeginAtTheFront() {
    long[] all = new long[3 * 6];
    assertThat(Sequences.lay(batch, 1, 3, all, 6)).containsExactly(0, 2, 6);
    assertThat(Arrays.copyOfRange(all, 0, 6)).containsExactly(5, 6, 1, 2, 3, 4);
    assertThat(Arrays.copyOfRange(all, 12, 18)).containsExactly(0, 1, 0, 1, 2, 3);
  }

  @Test
  void paddingIsNotCounted() {
    assertThat(Sequences.tokens(batch, 0, 3)).isEqualTo(9);
    assertThat(Sequences.tokens(batch, 1, 2)).isEqualTo(2);
  }
}
