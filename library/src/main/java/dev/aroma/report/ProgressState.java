package dev.aroma.report;

import java.util.Locale;

/**
 * Where training stands, and how a person reads it.
 *
 * @param step optimiser steps done
 * @param total steps to do at most
 * @param loss smoothed
 * @param learningRate now
 * @param tokensPerSecond smoothed
 * @param secondsLeft until {@code total} at this pace, or NaN if unknown
 * @param liveModules modules that still train; negative: the method has none
 * @param totalRank of all modules; negative: the method has none
 * @param score of the last evaluation with its name; empty before it
 */
record ProgressState(
    int step,
    int total,
    double loss,
    double learningRate,
    double tokensPerSecond,
    double secondsLeft,
    int liveModules,
    int totalRank,
    String score) {

  /** One line without a line end. */
  String line() {
    StringBuilder line = new StringBuilder();
    add(line, "step %d/%d", step, total);
    add(line, "loss %.4f", loss);
    add(line, "lr %.2g", learningRate);
    if (tokensPerSecond > 0) {
      add(line, "%s tok/s", compact(tokensPerSecond));
    }
    if (liveModules >= 0) {
      add(line, "live %d", liveModules);
    }
    if (totalRank >= 0) {
      add(line, "rank %d", totalRank);
    }
    if (!score.isEmpty()) {
      add(line, "%s", score);
    }
    if (!Double.isNaN(secondsLeft)) {
      add(line, "%s left", time(secondsLeft));
    }
    return line.toString();
  }

  private static void add(StringBuilder line, String format, Object... values) {
    line.append(line.isEmpty() ? "" : "  ").append(String.format(Locale.ROOT, format, values));
  }

  /** 950, 1.2k, 34k, 1.2M. */
  static String compact(double value) {
    if (value < 1000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    if (value >= 999_500) {
      return String.format(Locale.ROOT, "%.1fM", value / 1e6);
    }
    return String.format(Locale.ROOT, value < 9_950 ? "%.1fk" : "%.0fk", value / 1e3);
  }

  /** 7 s, 3:05, 2:03:05. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    long minutes = whole / 60;
    return minutes < 60
        ? String.format(Locale.ROOT, "%d:%02d", minutes, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, whole % 60);
  }
}
