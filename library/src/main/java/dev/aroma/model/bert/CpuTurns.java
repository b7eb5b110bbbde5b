package dev.aroma.model.bert;

import java.util.concurrent.CancellationException;

/** Lets threads do something one after another in the order of their numbers, from 0. */
final class CpuTurns {
  private int next;
  private boolean ended;

  /**
   * Waits for its turn, then does it.
   *
   * @throws CancellationException if {@link #end} came first
   */
  synchronized void take(int number, Runnable work) {
    boolean interrupted = false;
    while (next != number && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // the turns before are short
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (ended) {
      throw new CancellationException("another part failed");
    }
    work.run();
    next++;
    notifyAll();
  }

  /** Lets nobody wait any more: a number will not come. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
