package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.Directories;
import dev.aroma.report.ComparisonPlan;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cells of a comparison on disk: which are done, and a place for those that are not.
 *
 * <p>A cell is a directory in {@code cells}, an ordinary run, and beside it files of its name: what
 * was asked of it ({@code .yaml}, written before it begins), what it said ({@code .log}) and why it
 * failed ({@code .failure.txt}). Nothing is removed but cells that were cut off, and of these only
 * directories beside which the request that we wrote still lies.
 */
final class CellStore implements AutoCloseable {
  /** How far a cell is. */
  enum State {
    NEW,
    CUT_OFF,
    DONE,
    CHANGED,
    FOREIGN
  }

  private static final String REQUEST = ".yaml";

  private final Path cells;
  private final ComparisonLock lock; // null: it is only read

  private CellStore(Path cells, ComparisonLock lock) {
    this.cells = cells;
    this.lock = lock;
  }

  /**
   * Opens or makes the store of a comparison.
   *
   * @throws InputException if its directory holds something else, or another process is at work
   */
  static CellStore open(Path directory) {
    ComparisonLock lock = ComparisonLock.take(directory);
    try {
      return new CellStore(Files.createDirectories(directory.resolve("cells")), lock);
    } catch (IOException e) {
      lock.close();
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** The store of a comparison to read from, whoever is at work in it. */
  static CellStore reading(Path directory) {
    return new CellStore(directory.resolve("cells"), null);
  }

  /**
   * A cell with what was asked of it; nothing if it was not begun.
   *
   * @throws InputException if that cannot be read
   */
  Optional<Cell> asked(ComparisonPlan.Planned cell) {
    Path request = cells.resolve(cell.name() + REQUEST);
    if (!Files.isRegularFile(request)) {
      return Optional.empty();
    }
    RunOptions options = Recipes.bind(Config.empty().withFile(request)).withOutput(null);
    return Optional.of(new Cell(cell.task(), cell.method(), cell.rate(), cell.seed(), options));
  }

  /** Where a cell's run goes. */
  Path path(Cell cell) {
    return cells.resolve(cell.name());
  }

  /** Where what a cell says goes. */
  Path log(Cell cell) {
    return beside(cell, ".log");
  }

  private Path request(Cell cell) {
    return beside(cell, REQUEST);
  }

  private Path failureFile(Cell cell) {
    return beside(cell, ".failure.txt");
  }

  private Path beside(Cell cell, String end) {
    return cells.resolve(cell.name() + end);
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
      if (!Files.isRegularFile(request(cell))) {
        return ComparisonLock.isEmpty(path) ? State.NEW : State.FOREIGN;
      }
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
    return finished(path) ? sameOptions(cell) : State.CUT_OFF;
  }

  /** Whether it ended by itself: the result is the last that a run writes. */
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
  private State sameOptions(Cell cell) {
    try {
      Config asked = Config.empty().withFile(request(cell));
      RunOptions then = Recipes.bind(asked).withOutput(null);
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
    if (state(cell) == State.CUT_OFF && !CellRun.canGoOn(path(cell), cell.options())) {
      remove(path(cell));
    }
    AtomicFile.remove(failureFile(cell));
    AtomicFile.writeText(request(cell), Recipes.yaml(cell.options()));
    return request(cell);
  }

  /** Links in it are removed, not followed. */
  static void remove(Path path) {
    try {
      Directories.delete(path);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  void writeFailure(Cell cell, String why) {
    AtomicFile.writeText(failureFile(cell), why + "\n");
  }

  /** Whether it was written down that a cell failed. */
  boolean hasFailed(Cell cell) {
    return Files.isRegularFile(failureFile(cell));
  }

  /** Why a cell failed, as far as it was written down. */
  String failure(Cell cell) {
    try {
      Path file = failureFile(cell);
      return Files.exists(file) ? Files.readString(file).strip() : "the loss was not a number";
    } catch (IOException e) {
      return "the loss was not a number";
    }
  }

  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
