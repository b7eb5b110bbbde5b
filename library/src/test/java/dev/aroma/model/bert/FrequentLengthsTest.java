package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrequentLengthsTest {
  private record One(int length, List<Integer> closed) implements AutoCloseable {
    @Override
    public void close() {
      closed.add(length);
    }
  }

  private final List<Integer> made = new ArrayList<>();
  private final List<Integer> closed = new ArrayList<>();
  private final FrequentLengths<One> lengths = new FrequentLengths<>(9, 2, this::make);

  private One make(int length) {
    made.add(length);
    return new One(length, closed);
  }

  @Test
  void eachIsMadeOnceWhileThereIsRoom() {
    One three = lengths.of(3).orElseThrow();
    lengths.of(9);
    assertThat(lengths.of(3)).containsSame(three);
    assertThat(made).containsExactly(3, 9);
    assertThat(closed).isEmpty();
  }

  @Test
  void withoutRoomTheRareHaveNone() {
    lengths.of(3);
    lengths.of(4);
    assertThat(lengths.of(5)).isEmpty();
    assertThat(made).containsExactly(3, 4);
  }

  /** Not more often than what is kept, and nothing is made in vain. */
  @Test
  void lengthsInTurnDoNotDriveOneAnotherOut() {
    for (int i = 0; i < 20_000; i++) {
      lengths.of(1 + i % 9);
    }
    assertThat(made).containsExactly(1, 2);
    assertThat(closed).isEmpty();
  }

  @Test
  void whatComesMuchMoreOftenTakesThePlaceOfTheRarest() {
    lengths.of(3);
    lengths.of(3);
    lengths.of(4);
    int calls = (int) IntStream.range(0, 100).takeWhile(i -> lengths.of(5).isEmpty()).count() + 1;
    assertThat(calls).isEqualTo(2 + FrequentLengths.AHEAD + 1);
    assertThat(closed).containsExactly(4);
    assertThat(lengths.of(3)).isPresent();
    assertThat(lengths.of(4)).isEmpty();
  }

  /** Whatever came long ago counts less and less. */
  @Test
  void newHabitsCount() {
    for (int i = 0; i < 20_000; i++) {
      lengths.of(3 + i % 2);
    }
    for (int i = 0; i < 20_000; i++) {
      lengths.of(5);
    }
    assertThat(closed).hasSize(1);
    assertThat(lengths.of(5)).isPresent();
  }

  @Test
  void allAreClosedAndMadeAgain() {
    lengths.of(3);
    lengths.of(4);
    lengths.clear();
    assertThat(closed).containsExactlyInAnyOrder(3, 4);
    assertThat(lengths.of(3)).isPresent();
    assertThat(made).containsExactly(3, 4, 3);
  }
}
