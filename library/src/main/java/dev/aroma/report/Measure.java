package dev.aroma.report;

import java.util.Locale;
import java.util.Map;

/** What a comparison measures of each cell, in the order of its table. */
public enum Measure {
  /** Deciding score of the delivered model on the whole dev set, in its own unit: 0 to 1, nats … */
  FINAL("final", "final", 100, 2),
  /** Best deciding score of any evaluation: the highest, or the lowest of a loss. */
  BEST("best", "best", 100, 2),
  /** Adapter parameters trained at the first step. */
  ADAPTER_INITIAL("adapter_initial", "params first", 1, 0),
  /** Adapter parameters trained at once, mean over the steps. */
  ADAPTER_MEAN("adapter_mean", "mean", 1, 0),
  /** Adapter parameters trained at the last step. */
  ADAPTER_FINAL("adapter_final", "last", 1, 0),
  /** Ranks of all modules added up. */
  TOTAL_RANK("total_rank", "total rank", 1, 1),
  /** Rank of a module, mean over the modules. */
  MEAN_RANK("mean_rank", "mean rank", 1, 2),
  /** Effective rank of a module, mean over the modules. */
  EFFECTIVE_RANK("effective_rank", "eff. rank", 1, 2),
  /** Seconds of training an epoch, evaluations left out. */
  SECONDS_PER_EPOCH("seconds_per_epoch", "s/epoch", 1, 2),
  /** Training examples a second, evaluations left out. */
  EXAMPLES_PER_SECOND("examples_per_second", "ex/s", 1, 1),
  /** Most memory that the cell's process ever held, in bytes. */
  PEAK_MEMORY("peak_memory_bytes", "peak GiB", 0x1p-30, 2);

  private static final String ABSENT = "–";

  private final String key;
  private final String heading;
  private final double factor;
  private final int digits;

  Measure(String key, String heading, double factor, int digits) {
    this.key = key;
    this.heading = heading;
    this.factor = factor;
    this.digits = digits;
  }

  /** Its name in files. */
  public String key() {
    return key;
  }

  /** Its name in tables. */
  public String heading() {
    return heading;
  }

  /** Of one cell, in the unit of the files; NaN where it failed or has no such thing. */
  public double of(CellResult cell) {
    return cell.succeeded() && cell.result() != null ? read(cell, cell.result()) : Double.NaN;
  }

  private double read(CellResult cell, Result result) {
    Result.Parameters parameters = result.parameters();
    return switch (this) {
      case FINAL -> result.score();
      case BEST -> result.best();
      case ADAPTER_INITIAL -> parameters.adapterInitial();
      case ADAPTER_MEAN -> parameters.adapterMean();
      case ADAPTER_FINAL -> parameters.adapterFinal();
      case TOTAL_RANK -> result.ranks().isEmpty() ? Double.NaN : result.totalRank();
      case MEAN_RANK -> mean(result.ranks());
      case EFFECTIVE_RANK -> mean(result.effectiveRanks());
      case SECONDS_PER_EPOCH -> cell.secondsPerEpoch();
      case EXAMPLES_PER_SECOND -> cell.examplesPerSecond();
      case PEAK_MEMORY -> cell.peakMemoryBytes() == null ? Double.NaN : cell.peakMemoryBytes();
    };
  }

  /** A value as tables show it: scores times 100, memory in GiB. */
  public String shown(double number) {
    return Double.isNaN(number)
        ? ABSENT
        : String.format(Locale.ROOT, "%,." + digits + "f", number * factor);
  }

  /** Mean and, where there is one, standard deviation as tables show them. */
  public String shown(Spread spread) {
    return spread.spreads()
        ? shown(spread.mean()) + " ± " + shown(spread.deviation())
        : shown(spread.mean());
  }

  private static double mean(Map<String, ? extends Number> byModule) {
    return byModule.values().stream().mapToDouble(Number::doubleValue).average().orElse(Double.NaN);
  }
}
