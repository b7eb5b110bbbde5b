package dev.aroma.recipe;

import dev.aroma.data.TaskOptions;
import dev.aroma.input.Option;
import dev.aroma.peft.MethodOptions;
import dev.aroma.report.ReportOptions;
import dev.aroma.train.TrainOptions;
import java.nio.file.Path;

/**
 * Everything that a run depends on: the root of a config.
 *
 * @param model which checkpoint
 * @param task which data
 * @param method which fine-tuning method, with its options
 * @param train how to train
 * @param engine where to compute
 * @param report what to write for the eye
 * @param output directory of the run; a new one under {@code runs/} if not given
 */
public record RunOptions(
    @Option(help = "The checkpoint to start from.") ModelOptions model,
    @Option(help = "What to learn.") TaskOptions task,
    @Option(help = "The fine-tuning method.", def = "aroma") MethodOptions method,
    @Option(help = "How to train.") TrainOptions train,
    @Option(help = "Where to compute.") EngineOptions engine,
    @Option(help = "What to write for the eye.") ReportOptions report,
    @Option(help = "Directory of the run; a new one under runs/ if not given.") Path output) {
  /** The same run computed otherwise. */
  RunOptions withEngine(EngineOptions other) {
    return new RunOptions(model, task, method, train, other, report, output);
  }

  /** The same run in another directory, or where it is null in a new one. */
  public RunOptions withOutput(Path directory) {
    return new RunOptions(model, task, method, train, engine, report, directory);
  }
}
