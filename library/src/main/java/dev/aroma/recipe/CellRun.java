package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.report.RunDirectory;
import dev.aroma.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One cell of a comparison: goes on where it was cut off, or begins. */
public final class CellRun {
  private CellRun() {}

  /** Whether there is a run of these options that has a checkpoint. */
  static boolean canGoOn(Path directory, RunOptions options) {
    try {
      if (!Files.isDirectory(directory.resolve("checkpoints"))) {
        return false;
      }
      RunOptions own = Resumption.of(directory).options().withOutput(null);
      return own.equals(options.withEngine(options.engine().over(own.engine())));
    } catch (InputException e) {
      return false;
    }
  }

  /**
   * Runs it to the end. A run that cannot go on, because its checkpoints are damaged or its files
   * changed, is removed and begins again.
   *
   * @param options with the cell's directory as output, as a comparison prepared it
   * @param command words of the command line, for the manifest
   */
  public static FineTuned run(RunOptions options, List<String> command, Watch watch) {
    Path directory = options.output();
    if (!RunDirectory.holdsRun(directory)) {
      return FineTuning.run(options, command, watch);
    }
    AtomicBoolean stepped = new AtomicBoolean();
    List<TrainingListener> listeners = new ArrayList<>(watch.listeners());
    listeners.add(
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            stepped.set(true);
          }
        });
    try {
      Watch watched = new Watch(watch.messages(), listeners, watch.stop());
      return FineTuning.resume(directory, command, watched);
    } catch (InputException e) {
      if (stepped.get()) {
        throw e;
      }
      watch
          .messages()
          .accept("begins again: " + e.getMessage().lines().findFirst().orElse("it cannot go on"));
      CellStore.remove(directory);
      return FineTuning.run(options, command, watch);
    }
  }
}
