package dev.aroma.cli;

import dev.aroma.train.TrainingListener;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: lets a training end cleanly and save, for a minute at most; a second one kills.
 *
 * <p>The JVM begins to shut down at once, while the command goes on in its thread; holding up the
 * shutdown is all that there is to do. The exit code is then the JVM's own, 130.
 */
final class Interruption implements TrainingListener {
  private static final int PATIENCE_SECONDS = 60;

  private final PrintStream err;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean training;
  private volatile boolean requested;

  Interruption(PrintStream err) {
    this.err = err;
  }

  /** Listens from now on. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutdown, "aroma-stop"));
  }

  /** From the first step on there is something to save; before it the JVM may simply end. */
  @Override
  public void stepped(Step step) {
    begun();
  }

  /** From now on there is something to save. */
  void begun() {
    training = true;
  }

  /** Asks to stop, otherwise than by a signal. */
  void request() {
    requested = true;
  }

  /** Whether somebody asked to stop. */
  boolean requested() {
    return requested;
  }

  /** The command has said its last word. */
  void over() {
    over.countDown();
  }

  void shutdown() {
    requested = true;
    if (!training || over.getCount() == 0) {
      return;
    }
    err.println();
    err.println(
        "aroma: stopping after this step; what there is will be saved (Ctrl-C again kills)");
    letTheNextOneKill();
    try {
      if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println("aroma: not done after a minute; leaving");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The JVM ignores signals while it shuts down; the system's own handling kills. The class is of
   * the JDK, but not of its documented part, so it is asked for by name.
   */
  private static void letTheNextOneKill() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      Object byDefault = handler.getField("SIG_DFL").get(null);
      signal.getMethod("handle", signal, handler).invoke(null, interrupt, byDefault);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Another JVM: the patience above ends, and other signals are there.
      return;
    }
  }
}
