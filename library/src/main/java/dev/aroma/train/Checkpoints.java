package dev.aroma.train;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.Directories;
import dev.aroma.nn.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: {@code step-000200} and so on in one directory, of which the last few
 * stay. Each is there whole or not at all, so whenever a run is killed the newest is good.
 */
public final class Checkpoints implements AutoCloseable {
  /** For a run that writes none. */
  public static final Checkpoints NONE = new Checkpoints(null, 0, 1);

  private static final Pattern NAME = Pattern.compile("step-(\\d{6,9})");
  private static final Pattern LEFT_OVER = Pattern.compile("\\.step-.*\\.tmp");

  private final Path directory;
  private final int every;
  private final int keep;
  private SavedState start;

  private Checkpoints(Path directory, int every, int keep) {
    this.directory = directory;
    this.every = every;
    this.keep = keep;
  }

  /** Those of a run that begins. */
  public static Checkpoints in(Path directory, TrainOptions options) {
    return new Checkpoints(directory, options.checkpointEvery(), options.keepCheckpoints());
  }

  /**
   * Those of a run that goes on, from the newest that is good; from its first step if there never
   * was one. What a killed run left half written is removed; what cannot be used is put aside as
   * {@code unusable-step-000200}.
   *
   * @param messages told of each that cannot be used
   * @throws InputException if there are some and none can be used
   */
  public static Checkpoints resume(
      Path directory, TrainOptions options, Consumer<String> messages) {
    Checkpoints all = in(directory, options);
    all.removeLeftOvers();
    List<Path> found = all.newestFirst();
    InputException last = null;
    for (Path one : found) {
      try {
        all.start = SavedState.open(one);
        found.subList(0, found.indexOf(one)).forEach(all::putAside);
        return all;
      } catch (InputException e) {
        messages.accept("cannot use %s: %s".formatted(one, firstLine(e)));
        last = e;
      }
    }
    if (last != null) {
      throw new InputException(
          "none of the %d checkpoints in %s can be used; the oldest: %s"
              .formatted(found.size(), directory, firstLine(last)),
          "Take them from a copy, or begin a new run with the same options.",
          "checkpoint-damaged",
          last);
    }
    return all;
  }

  private static String firstLine(InputException e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  /** The state that the run goes on from, or null if it begins. */
  State start() {
    return start == null ? null : start.state();
  }

  /** Steps that were done before the run goes on; 0 if it begins. */
  public int step() {
    return start == null ? 0 : start.state().part(RunState.COUNTERS).count("step");
  }

  /** Seconds of training before it goes on. */
  public double seconds() {
    return start == null ? 0 : start.state().part(RunState.COUNTERS).number("seconds");
  }

  /** The checkpoint of a step, whether it is there or not. */
  public Path path(int step) {
    return directory.resolve("step-%06d".formatted(step));
  }

  /** Whether one is to be written after a step, whatever happened in it. */
  boolean due(int step) {
    return every > 0 && step % every == 0;
  }

  /**
   * Writes one, then removes those that are too many.
   *
   * @throws InputException if it cannot be written; those before are then untouched
   */
  void write(int step, State state) {
    SavedState.write(path(step), state);
    thinOut(keep);
  }

  /**
   * Saves what matters more than old checkpoints: if it cannot be written, all but the newest go,
   * and it is tried again.
   *
   * @throws InputException if it still cannot be, or is refused for another reason
   */
  public void makingRoom(Runnable save) {
    try {
      save.run();
    } catch (InputException e) {
      if (directory == null || !(e.getCause() instanceof IOException)) {
        throw e;
      }
      thinOut(1);
      save.run();
    }
  }

  private void thinOut(int number) {
    List<Path> all = newestFirst();
    for (Path old : all.subList(Math.min(number, all.size()), all.size())) {
      remove(old);
    }
  }

  private void remove(Path old) {
    try {
      Directories.delete(old);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(old, e);
    }
  }

  /** Else it would count as one of the last few, which are all that stays. */
  private void putAside(Path unusable) {
    Path aside = unusable.resolveSibling("unusable-" + unusable.getFileName());
    try {
      if (Files.exists(aside)) {
        Directories.delete(aside);
      }
      Files.move(unusable, aside);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(aside, e);
    }
  }

  private void removeLeftOvers() {
    list(LEFT_OVER).forEach(this::remove);
  }

  private List<Path> newestFirst() {
    List<Path> found = new ArrayList<>(list(NAME));
    found.sort(Comparator.comparingInt(Checkpoints::stepOf).reversed());
    return found;
  }

  private static int stepOf(Path path) {
    return Integer.parseInt(path.getFileName().toString().substring("step-".length()));
  }

  private List<Path> list(Pattern name) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> name.matcher(f.getFileName().toString()).matches()).toList();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** Closes the checkpoint that the run went on from. */
  @Override
  public void close() {
    if (start != null) {
      start.close();
      start = null;
    }
  }
}
