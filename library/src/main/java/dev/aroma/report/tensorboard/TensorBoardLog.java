package dev.aroma.report.tensorboard;

import dev.aroma.report.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes a run's events as scalars that TensorBoard shows while the run goes on.
 *
 * <p>Tags: {@code train/loss}, {@code train/learning_rate}, {@code train/tokens_per_second}; {@code
 * adapter/live_parameters}, and where a method has ranks {@code adapter/live_modules}, {@code
 * adapter/total_rank} and {@code adapter/effective_rank} (mean over modules); {@code eval/} and the
 * name of a score. A view must not cost a run: if a write fails, it is told once and no more is
 * written.
 */
public final class TensorBoardLog implements AutoCloseable {
  private final Path directory;
  private final Consumer<String> messages;
  private EventFile file;
  private boolean failed;
  private boolean ranks; // whether the method ever had any

  /**
   * A log, whose file is made at the run's first event.
   *
   * @param directory of the event files
   * @param messages told why nothing more is written
   */
  public TensorBoardLog(Path directory, Consumer<String> messages) {
    this.directory = directory;
    this.messages = messages;
  }

  /** Appends what TensorBoard can show of an event, if anything. */
  public void write(Event event) {
    if (failed) {
      return;
    }
    try {
      double now = System.currentTimeMillis() / 1e3;
      if (file == null) {
        file = EventFile.create(directory, now, event.step());
      }
      Map<String, Double> scalars = scalars(event);
      if (!scalars.isEmpty()) {
        file.scalars(now, event.step(), scalars);
      }
    } catch (IOException e) {
      failed = true;
      messages.accept("no more for TensorBoard: cannot write %s (%s)".formatted(directory, e));
    }
  }

  private Map<String, Double> scalars(Event event) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    if (event instanceof Event.Step step) {
      ranks |= step.totalRank() > 0;
      scalars.put("train/loss", step.loss());
      scalars.put("train/learning_rate", step.learningRate());
      scalars.put("train/tokens_per_second", step.tokensPerSecond());
      scalars.put("adapter/live_parameters", (double) step.liveParameters());
      if (ranks) {
        scalars.put("adapter/live_modules", (double) step.liveModules());
        scalars.put("adapter/total_rank", (double) step.totalRank());
      }
    } else if (event instanceof Event.Eval eval) {
      eval.metrics().forEach((name, score) -> scalars.put("eval/" + name, score));
    } else if (event instanceof Event.Ranks now) {
      now.effectiveRanks().values().stream()
          .mapToDouble(Double::doubleValue)
          .average()
          .ifPresent(mean -> scalars.put("adapter/effective_rank", mean));
    }
    return scalars;
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      messages.accept("TensorBoard's last events may be missing (%s)".formatted(e));
    }
  }
}
