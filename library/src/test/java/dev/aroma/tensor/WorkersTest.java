package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkersTest {
  private final int before = Engine.threads();

  @BeforeEach
  void fourThreads() {
    Engine.threads(4);
  }

  @AfterEach
  void asBefore() {
    Engine.threads(before);
  }

  @Test
  void allWorkAtTheSameTime() {
    Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    CountDownLatch there = new CountDownLatch(3);
    Workers.run(
        3,
        worker -> {
          numbers.add(worker);
          there.countDown();
          try {
            there.await(); // for ever, were they one after another
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void theyShareTheThreadsOfOperationsEvenly() {
    Set<Integer> threads = ConcurrentHashMap.newKeySet();
    Set<Integer> blas = ConcurrentHashMap.newKeySet();
    Workers.run(
        2,
        worker -> {
          threads.add(Engine.threads());
          blas.add(openblas_nolapack.blas_get_num_threads());
        });
    assertThat(threads).containsExactly(2);
    assertThat(blas).containsExactly(2);
    assertThat(Engine.threads()).isEqualTo(4);
    Workers.run(8, worker -> threads.add(Engine.threads()));
    assertThat(threads).containsExactlyInAnyOrder(1, 2);
  }

  /** Whatever their share was: theirs must not become that of threads that come later. */
  @Test
  void otherThreadsKeepTheirs() throws InterruptedException {
    Workers.run(4, worker -> {});
    AtomicInteger found = new AtomicInteger();
    Thread another = new Thread(() -> found.set(Engine.threads()));
    another.start();
    another.join();
    assertThat(found).hasValue(4);
  }

  @Test
  void oneAloneWorksOnThisThread() {
    Thread here = Thread.currentThread();
    Workers.run(1, worker -> assertThat(Thread.currentThread()).isSameAs(here));
  }

  @Test
  void whatOneThrowsIsThrownWhenAllHaveEnded() {
    AtomicInteger ended = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Workers.run(
                    4,
                    worker -> {
                      if (worker == 0) {
                        throw new CancellationException("because of another");
                      }
                      if (worker == 2) {
                        throw new IllegalStateException("the reason");
                      }
                      ended.incrementAndGet();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the reason");
    assertThat(ended).hasValue(2);
    assertThatThrownBy(
            () ->
                Workers.run(
                    2,
                    worker -> {
                      throw new AssertionError("an error");
                    }))
        .isInstanceOf(AssertionError.class);
    assertThat(Engine.threads()).isEqualTo(4);
  }
}
