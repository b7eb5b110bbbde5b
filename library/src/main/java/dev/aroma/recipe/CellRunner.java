package dev.aroma.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** How a cell of a comparison is run. */
public interface CellRunner {
  /**
   * Runs one to its end.
   *
   * @param options of the run, its output directory included
   * @param config a file that holds them
   * @param log for what the run says
   * @param progress told where it stands, a line now and then
   * @param stop true asks it to end cleanly
   * @throws CellFailure if it failed
   * @throws IOException if a process or the log could not be had
   */
  void run(
      RunOptions options, Path config, Path log, Consumer<String> progress, BooleanSupplier stop)
      throws CellFailure, IOException;

  /** Whether each cell has a process, and so a memory figure, of its own. */
  boolean ownProcess();

  /** A cell that failed; the others go on. */
  final class CellFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param why for a person
     */
    public CellFailure(String why) {
      super(why);
    }
  }
}
