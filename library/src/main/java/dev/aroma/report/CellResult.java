package dev.aroma.report;

/**
 * What came of one cell of a comparison: one method on one task with one seed.
 *
 * @param method its label in the comparison
 * @param learningRate of the adapter, or of what is trained in its place
 * @param result of the run, or null where there is none
 * @param secondsPerEpoch of training alone, evaluations left out; NaN if unknown
 * @param examplesPerSecond of training alone; NaN if unknown
 * @param peakMemoryBytes resident, of the process that ran the cell; null if unknown
 * @param failure why it failed, or null
 */
public record CellResult(
    String task,
    String method,
    double learningRate,
    long seed,
    Result result,
    double secondsPerEpoch,
    double examplesPerSecond,
    Long peakMemoryBytes,
    String failure) {

  /** A cell that has nothing to show but why. */
  public static CellResult failed(
      String task, String method, double learningRate, long seed, String why) {
    return new CellResult(
        task, method, learningRate, seed, null, Double.NaN, Double.NaN, null, why);
  }

  /** Whether its numbers count. */
  public boolean succeeded() {
    return failure == null;
  }
}
