package dev.aroma.recipe;

import dev.aroma.train.TrainingListener;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Who watches a run.
 *
 * @param messages told what a person should know, a line each
 * @param listeners told of steps, decisions and scores
 * @param stop asked between steps; true ends the run cleanly
 */
public record Watch(
    Consumer<String> messages, List<TrainingListener> listeners, BooleanSupplier stop) {
  /** Nobody. */
  public static final Watch NOBODY = new Watch(text -> {}, List.of(), () -> false);

  /** Copies the list. */
  public Watch {
    listeners = List.copyOf(listeners);
  }
}
