package dev.aroma.tensor;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.openblas.presets.openblas_nolapack;

/**
 * Work beside one another on threads that share the cores evenly. Where it can be cut like this, it
 * is done sooner than by operations that each use all cores: none waits for all threads at its end,
 * and what a thread works on stays in the cache of its core.
 */
public final class Workers {
  private static final ExecutorService POOL = Executors.newCachedThreadPool(Workers::thread);
  private static final int BLAS_THREADS;

  static {
    Engine.load();
    BLAS_THREADS = openblas_nolapack.blas_get_num_threads();
  }

  private Workers() {}

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "aroma-worker");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs a task for each worker and waits for all; a single one runs on this thread.
   *
   * @param count of the workers, at least 1
   * @param task given a worker's number, from 0
   * @throws RuntimeException or Error that a task threw; a {@link CancellationException} if no
   *     other
   */
  public static void run(int count, IntConsumer task) {
    if (count == 1) {
      task.accept(0);
      return;
    }
    int all = Engine.threads();
    int each = Math.max(1, all / count);
    openblas_nolapack.blas_set_num_threads(each); // of the process: its threads are shared by all
    try {
      await(
          IntStream.range(0, count)
              .mapToObj(worker -> CompletableFuture.runAsync(() -> work(each, task, worker), POOL))
              .toList());
    } finally {
      Engine.threads(all); // the number set last is that of threads to come
      openblas_nolapack.blas_set_num_threads(BLAS_THREADS);
    }
  }

  private static void work(int threads, IntConsumer task, int worker) {
    if (Engine.threads() != threads) {
      Engine.threads(threads); // of this thread
    }
    try (Scope scope = Scope.open()) {
      task.accept(worker);
    }
  }

  /** Waits for all, interrupted or not: they work on the caller's tensors. */
  private static void await(List<CompletableFuture<Void>> running) {
    Throwable failure = null;
    for (CompletableFuture<Void> one : running) {
      try {
        one.join();
      } catch (CompletionException e) {
        boolean first = failure == null || failure instanceof CancellationException;
        failure = first ? e.getCause() : failure;
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure; // tasks declare no others
    }
  }
}
