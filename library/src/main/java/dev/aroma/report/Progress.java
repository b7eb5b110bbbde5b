package dev.aroma.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells a person how training goes: on a terminal one line that changes in place, elsewhere a plain
 * line now and then, never a mixture.
 */
public final class Progress implements AutoCloseable {
  /** Where the lines go. */
  public enum Mode {
    /** A terminal: one line, written over. */
    LIVE,
    /** A file or pipe: a line at intervals. */
    PLAIN,
    /** Nothing at all. */
    QUIET
  }

  private static final double SMOOTHING = 0.95; // of the last value in the running means
  private static final double LIVE_SECONDS = 0.1;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private final Mode mode;
  private final LongSupplier nanos;
  private final double interval;
  private final int columns;

  private int firstStep = -1;
  private long lastNanos;
  private double lastShown = Double.NEGATIVE_INFINITY;
  private double loss;
  private double secondsAStep;
  private double tokensAStep;
  private double weight;
  private String score = ""; // the last one with its name
  private ProgressState state;

  /**
   * @param nanos a clock as {@link System#nanoTime}
   * @param plainSeconds between plain lines
   * @param columns of the terminal; the live line is cut there, or it would leave a trail
   */
  public Progress(
      PrintStream out, Mode mode, LongSupplier nanos, double plainSeconds, int columns) {
    this.out = out;
    this.mode = mode;
    this.nanos = nanos;
    this.interval = mode == Mode.LIVE ? LIVE_SECONDS : plainSeconds;
    this.columns = columns;
    this.lastNanos = nanos.getAsLong();
  }

  /**
   * For the standard use: live if the launcher found a terminal (the system property {@code
   * aroma.terminal} holds its columns), else plain every 10 seconds.
   */
  public static Progress to(PrintStream out, boolean quiet) {
    int columns = Integer.getInteger("aroma.terminal", 0);
    Mode loud = columns > 0 ? Mode.LIVE : Mode.PLAIN;
    return new Progress(out, quiet ? Mode.QUIET : loud, System::nanoTime, 10, columns);
  }

  /**
   * A step is done.
   *
   * @param step optimiser steps done
   * @param total at most to do
   * @param batchLoss of this step
   * @param tokens of this step, without padding
   * @param liveModules modules that still train, or -1 where that means nothing
   * @param totalRank of all modules, or -1 where that means nothing
   */
  public void step(
      int step,
      int total,
      double batchLoss,
      double learningRate,
      long tokens,
      int liveModules,
      int totalRank) {
    long now = nanos.getAsLong();
    double seconds = (now - lastNanos) / 1e9;
    lastNanos = now;
    if (firstStep < 0) {
      firstStep = step;
    } else {
      // The first step, with its loading and warming up, says nothing about the pace.
      secondsAStep = SMOOTHING * secondsAStep + (1 - SMOOTHING) * seconds;
      tokensAStep = SMOOTHING * tokensAStep + (1 - SMOOTHING) * tokens;
    }
    weight = SMOOTHING * weight + (1 - SMOOTHING);
    loss = SMOOTHING * loss + (1 - SMOOTHING) * batchLoss;
    double pace = tokensAStep == 0 || secondsAStep == 0 ? 0 : tokensAStep / secondsAStep;
    state =
        new ProgressState(
            step,
            total,
            loss / weight,
            learningRate,
            pace,
            left(step, total),
            liveModules,
            totalRank,
            score);
    show(now / 1e9, step == total);
  }

  /** Both means began at 0; dividing by the weight they gathered takes that out. */
  private double left(int step, int total) {
    double gathered = 1 - Math.pow(SMOOTHING, step - firstStep);
    return gathered <= 0 ? Double.NaN : (total - step) * secondsAStep / gathered;
  }

  private void show(double now, boolean last) {
    if (mode == Mode.QUIET || (now - lastShown < interval && !last)) {
      return;
    }
    lastShown = now;
    if (mode == Mode.LIVE) {
      out.print(CLEAR + cut(state.line()));
      out.flush();
    } else {
      out.println(state.line());
    }
  }

  private String cut(String line) {
    return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
  }

  /** An evaluation is done; its time does not count as that of a step. */
  public void eval(int step, String metric, double value, double best) {
    score = String.format(Locale.ROOT, "%s %.4f", ScoreText.onDev(metric), value);
    lastNanos = nanos.getAsLong();
    String word = ScoreText.best(metric);
    message(String.format(Locale.ROOT, "step %d  %s  %s %.4f", step, score, word, best));
  }

  /** Says something in between, on a line of its own. */
  public void message(String text) {
    if (mode == Mode.QUIET) {
      return;
    }
    if (mode == Mode.LIVE) {
      out.print(CLEAR);
    }
    out.println(text);
    if (mode == Mode.LIVE && state != null) {
      out.print(cut(state.line()));
      out.flush();
    }
  }

  /** Leaves the last live line standing. */
  @Override
  public void close() {
    if (mode == Mode.LIVE && state != null) {
      out.println();
      state = null;
    }
  }
}
