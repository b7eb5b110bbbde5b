package dev.aroma.report;

import java.util.Locale;
import java.util.Set;

/**
 * How a score is told to a person, by its name: a share (accuracy, F1, a correlation) in tables
 * times 100, a loss as it is and with the lowest for the best.
 */
public final class ScoreText {
  private static final Set<String> LOSSES = Set.of("loss", "perplexity");
  private static final String ABSENT = "–";

  private ScoreText() {}

  /**
   * Whether less of it is better.
   *
   * @param metric its name, or null where nothing was scored
   */
  public static boolean isLoss(String metric) {
    return metric != null && LOSSES.contains(metric);
  }

  /** What the best of several is called. */
  public static String best(String metric) {
    return isLoss(metric) ? "lowest" : "best";
  }

  /** Its name beside what training tells, which has a loss of its own. */
  public static String onDev(String metric) {
    return isLoss(metric) ? "dev " + metric : metric;
  }

  /** The name of an axis of {@link #scaled} values. */
  public static String axis(String metric) {
    return isLoss(metric) ? metric + ", less is better" : metric + " × 100";
  }

  /** The number that tables and figures show. */
  public static double scaled(String metric, double score) {
    return isLoss(metric) ? score : 100 * score;
  }

  /** As tables show it. */
  public static String shown(String metric, double score) {
    return Double.isFinite(score)
        ? String.format(Locale.ROOT, isLoss(metric) ? "%.4f" : "%.2f", scaled(metric, score))
        : ABSENT;
  }

  /** Mean and, where there is one, standard deviation as tables show them. */
  public static String shown(String metric, Spread spread) {
    return spread.spreads()
        ? shown(metric, spread.mean()) + " ± " + shown(metric, spread.deviation())
        : shown(metric, spread.mean());
  }
}
