package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.peft.Outcome;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.report.Progress;
import dev.aroma.tensor.Device;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.util.Map;

/** Tells a person what a run does: its steps, one line an outer step, its scores. */
final class TrainView implements TrainingListener {
  private static final int NOT_SHOWN = -1;

  private final Progress progress;
  private boolean begun;
  private boolean adapts; // whether the method ever had a module to train
  private int cycle;
  private int merged;
  private int frozen;
  private boolean lacking; // of a checkpoint, for want of room

  TrainView(Progress progress) {
    this.progress = progress;
  }

  /** What is about to happen. */
  void begin(RunOptions options) {
    message("model   " + options.model().path());
    message("task    " + options.task().name());
    message("method  " + Recipes.methodName(options));
    message("device  " + Device.of(options.engine().device()).id());
    message("run     " + Commands.shown(options.output()));
  }

  /** A line for the person. */
  void message(String text) {
    progress.message(text);
  }

  @Override
  public void stepped(Step step) {
    if (!begun) {
      begun = true;
      message("steps   at most " + step.total());
    }
    adapts |= step.liveModules() > 0 || step.totalRank() > 0;
    progress.step(
        step.step(),
        step.total(),
        step.loss(),
        step.learningRate(),
        step.tokens(),
        adapts ? step.liveModules() : NOT_SHOWN,
        adapts ? step.totalRank() : NOT_SHOWN);
  }

  @Override
  public void happened(Outcome.Event event, int outer) {
    cycle = outer;
    switch (event.kind()) {
      case MERGE -> merged++;
      case FREEZE -> frozen++;
      case INNER_CONVERGED -> {} // one a module: the log has them
    }
  }

  /** One line an outer step; that some components converged alone is for the log. */
  @Override
  public void decided(int step, int liveModules, int totalRank) {
    if (merged + frozen > 0) {
      message(
          "outer step %d: merged %s, froze %d, %d live, total rank %d"
              .formatted(cycle, modules(merged), frozen, liveModules, totalRank));
      merged = 0;
      frozen = 0;
    }
  }

  @Override
  public void said(String message) {
    message(message);
  }

  @Override
  public void checkpointed(int step, Path checkpoint) {
    lacking = false;
  }

  @Override
  public void notCheckpointed(int step, InputException why) {
    if (!lacking) {
      lacking = true; // once is enough
      String reason = why.getMessage().lines().findFirst().orElse("");
      message("no checkpoint after step %d, training goes on: %s".formatted(step, reason));
    }
  }

  @Override
  public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
    progress.eval(step, metric, scores.get(metric), best);
  }

  private static String modules(int count) {
    return count == 1 ? "1 module" : count + " modules";
  }
}
