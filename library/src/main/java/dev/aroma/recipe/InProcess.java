package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs cells in this process: quicker to start, but the memory of a cell is then the most that the
 * process ever held, earlier cells included, and a crash takes all with it.
 */
public final class InProcess implements CellRunner {
  @Override
  public void run(
      RunOptions options, Path config, Path log, Consumer<String> progress, BooleanSupplier stop)
      throws CellFailure {
    TrainingListener steps =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            progress.accept("step %d/%d".formatted(step.step(), step.total()));
          }
        };
    try {
      List<String> command = List.of("aroma", "train", "--config", config.toString());
      CellRun.run(options, command, new Watch(text -> {}, List.of(steps), stop));
    } catch (InputException e) {
      throw new CellFailure(e.getMessage());
    }
  }

  @Override
  public boolean ownProcess() {
    return false;
  }
}
