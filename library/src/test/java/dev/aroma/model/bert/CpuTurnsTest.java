package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CpuTurnsTest {
  private final CpuTurns turns = new CpuTurns();
  private final List<Integer> taken = new ArrayList<>();

  private CompletableFuture<Void> arrives(int number) {
    return CompletableFuture.runAsync(
        () -> turns.take(number, () -> taken.add(number)), work -> new Thread(work).start());
  }

  @Test
  void theyComeByNumberWhoeverArrivesFirst() {
    List<CompletableFuture<Void>> all = List.of(arrives(3), arrives(2), arrives(1), arrives(0));
    all.forEach(CompletableFuture::join);
    assertThat(taken).containsExactly(0, 1, 2, 3);
  }

  @Test
  void whenOneWillNotComeNobodyWaits() {
    CompletableFuture<Void> later = arrives(1);
    turns.end();
    assertThatThrownBy(later::join).hasCauseInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> turns.take(0, () -> {})).isInstanceOf(CancellationException.class);
    assertThat(taken).isEmpty();
  }

  @Test
  void anInterruptedOneWaitsAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    CompletableFuture<Void> before = arrives(0);
    turns.take(1, () -> taken.add(1));
    before.join();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(taken).containsExactly(0, 1);
  }
}
