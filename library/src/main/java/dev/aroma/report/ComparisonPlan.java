package dev.aroma.report;

import dev.aroma.io.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a comparison is to run: {@code comparison.json}, written before its first cell, so that its
 * report can be made again from its directory alone.
 *
 * @param title above everything
 * @param command words of the command line that made it
 * @param tasks in their order
 * @param methods in their order, those left out included
 * @param seeds in their order
 * @param cells all that there will be
 * @param notes what a reader must know
 * @param paperTable number of the paper's table beside ours, or null
 * @param ownProcess whether each cell has a memory figure of its own
 */
public record ComparisonPlan(
    String title,
    List<String> command,
    List<String> tasks,
    List<String> methods,
    List<Long> seeds,
    List<Planned> cells,
    List<String> notes,
    Integer paperTable,
    boolean ownProcess) {
  private static final String FILE = "comparison.json";

  /**
   * A cell.
   *
   * @param rate the learning rate as it is written, where the method has a choice of them; or null
   */
  public record Planned(String task, String method, String rate, long seed) {
    /** A label is a part of a directory's name, and leads nowhere else. */
    public Planned {
      for (String label : List.of(task, method)) {
        if (!label.matches("[A-Za-z0-9._-]+")) {
          throw new IllegalArgumentException(
              "expected labels of letters, digits, '.', '_' and '-', found \"" + label + "\"");
        }
      }
    }

    /** Its directory under the comparison's {@code cells}. */
    public String name() {
      String of = rate == null ? "" : "@" + rate.replaceAll("[^A-Za-z0-9._-]+", "_");
      return task + "-" + method + of + "-" + seed;
    }
  }

  /** Copies the lists; what was edited by hand may lack anything. */
  public ComparisonPlan {
    Objects.requireNonNull(title, "title");
    command = List.copyOf(command);
    tasks = List.copyOf(tasks);
    methods = List.copyOf(methods);
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
    notes = List.copyOf(notes);
  }

  /** The paper's table beside ours, or null. */
  public PaperTable paper() {
    return paperTable == null ? null : PaperTable.of(paperTable).orElse(null);
  }

  /** Whether a directory has one. */
  public static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE));
  }

  /** Writes it into the comparison's directory, over one that is there. */
  public void write(Path directory) {
    AtomicFile.writeText(directory.resolve(FILE), Json.pretty(this));
  }

  /**
   * Reads that of a directory.
   *
   * @throws dev.aroma.input.InputException if it cannot be read or is damaged
   */
  public static ComparisonPlan read(Path directory) {
    Path file = directory.resolve(FILE);
    return Json.read(RunFiles.read(file), ComparisonPlan.class, file.toString());
  }
}
