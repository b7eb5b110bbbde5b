package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of a comparison: which cells are done, and a place for those that are not.
 *
 * <p>Nothing is removed but cells that were cut off, and of these only directories in {@code cells}
 * that hold the {@code cell.yaml} that we write before a cell begins.
 */
final class CellStore implements AutoCloseable {
  private static final String LOCK = "comparison.lock";
  private static final String CELL = RunDirectory.CELL;
  private static final String FAILURE = "failure.txt";

  /** How far a cell is. */
  enum State {
    NEW,
    CUT_OFF,
    DONE,
    CHANGED,
    FOREIGN
  }

  private final Path directory;
  private final FileChannel channel;

  private CellStore(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Opens or makes one.
   *
   * @throws InputException if it holds something else, or another process is at work in it
   */
  static CellStore open(Path directory) {
    Path lock = directory.resolve(LOCK);
    try {
      if (!Files.exists(lock) && Files.exists(directory) && !isEmpty(directory)) {
        throw new InputException(
            "Expected a new or empty directory, or one of a comparison, found other files in %s."
                .formatted(directory),
            "Give --output another directory.",
            "compare-output");
      }
      Files.createDirectories(directory.resolve("cells"));
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new CellStore(directory, locked(channel, directory));
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static FileChannel locked(FileChannel channel, Path directory) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new InputException(
          "Another process is at work on the comparison in %s.".formatted(directory),
          "Wait for it, or give --output another directory.",
          "compare-locked");
    }
    return channel;
  }

  /** Where a cell's run goes. */
  Path path(Cell cell) {
    return directory.resolve("cells").resolve(cell.name());
  }

  /**
   * Refuses cells that this comparison must not touch: finished ones of other options, and what is
   * not ours.
   */
  void check(List<Cell> cells) {
    List<String> wrong = new ArrayList<>();
    for (Cell cell : cells) {
      State state = state(cell);
      if (state == State.CHANGED) {
        wrong.add(path(cell) + ": finished, with other options than now");
      } else if (state == State.FOREIGN) {
        wrong.add(path(cell) + ": no cell of a comparison");
      }
    }
    if (!wrong.isEmpty()) {
      throw new InputException(
          "%d cells are in the way:%s".formatted(wrong.size(), "\n  " + String.join("\n  ", wrong)),
          "Give --output another directory, label the changed method, or remove these yourself.",
          "compare-changed");
    }
  }

  State state(Cell cell) {
    Path path = path(cell);
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return State.NEW;
      }
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return State.FOREIGN;
      }
      if (!Files.isRegularFile(path.resolve(CELL))) {
        return isEmpty(path) ? State.NEW : State.FOREIGN;
      }
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
    return finished(path) ? sameOptions(path, cell) : State.CUT_OFF;
  }

  private static boolean finished(Path path) {
    if (!Files.isRegularFile(path.resolve("result.json"))) {
      return false;
    }
    try {
      return RunDirectory.open(path).readResult().stopped() != Stopped.INTERRUPTED;
    } catch (InputException damaged) {
      return false;
    }
  }

  /** Compared as options, not as text: an option that is new since then has its default there. */
  private static State sameOptions(Path path, Cell cell) {
    try {
      Config asked = Config.empty().withFile(path.resolve(CELL));
      RunOptions then = Cell.withOutput(Recipes.bind(asked), null);
      return then.equals(cell.options()) ? State.DONE : State.CHANGED;
    } catch (InputException e) {
      return State.CHANGED;
    }
  }

  /**
   * Makes room for a cell and writes what is asked of it; returns that file. What is there of a run
   * with these options stays, so that it can go on.
   */
  Path prepare(Cell cell) {
    Path path = path(cell);
    if (state(cell) == State.CUT_OFF && !CellRun.canGoOn(path, cell.options())) {
      remove(path);
    }
    AtomicFile.remove(path.resolve(FAILURE));
    Path config = path.resolve(CELL);
    AtomicFile.writeText(config, Recipes.yaml(cell.options()));
    return config;
  }

  /** Links in it are removed, not followed; its {@code cell.yaml} last, so that it stays ours. */
  static void remove(Path path) {
    try (Stream<Path> all = Files.walk(path)) {
      Path mark = path.resolve(CELL);
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!each.equals(mark) && !each.equals(path)) {
          Files.delete(each);
        }
      }
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  void writeFailure(Cell cell, String why) {
    AtomicFile.writeText(path(cell).resolve(FAILURE), why + "\n");
  }

  /** Why a cell failed, as far as it was written down. */
  String failure(Cell cell) {
    try {
      Path file = path(cell).resolve(FAILURE);
      return Files.exists(file) ? Files.readString(file).strip() : "the loss was not a number";
    } catch (IOException e) {
      return "the loss was not a number";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }
}
