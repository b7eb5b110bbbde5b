package dev.aroma.report;

import dev.aroma.io.AtomicFile;
import java.awt.AWTError;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A comparison as people read it.
 *
 * @param title above everything
 * @param command words of the command line that made it
 * @param tasks in their order
 * @param methods in their order
 * @param seeds in their order
 * @param planned how many cells there are to be
 * @param cells what is there so far
 * @param notes what a reader must know
 * @param paper the paper's table beside ours, or null
 */
public record ComparisonReport(
    String title,
    List<String> command,
    List<String> tasks,
    List<String> methods,
    List<Long> seeds,
    int planned,
    List<CellResult> cells,
    List<String> notes,
    PaperTable paper) {
  private static final String SCORES = "final and best: score × 100 on the whole dev set, ";

  /** The cells gathered over seeds. */
  public ComparisonTable table() {
    return ComparisonTable.of(cells, seeds.size());
  }

  /** For a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (paper != null) {
      text.append(paper.caption()).append("\n\n");
      text.append(paper.beside(table(), methods, tasks).text()).append('\n');
    }
    ComparisonTable table = table();
    text.append(table.table().text()).append('\n');
    if (table.choice()) {
      text.append("Learning rates tried\n\n").append(table.rates().text()).append('\n');
    }
    allNotes().forEach(note -> text.append("* ").append(note).append('\n'));
    return text.toString();
  }

  /** For a page. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# " + title + "\n\n");
    text.append("    ").append(String.join(" ", command)).append("\n\n");
    if (paper != null) {
      text.append("## ").append(paper.caption()).append("\n\n");
      text.append(paper.beside(table(), methods, tasks).markdown());
      text.append("\nThe paper's figures: ").append(PaperTable.source()).append(".\n\n");
      text.append("## Everything measured\n\n");
    }
    ComparisonTable table = table();
    text.append(table.table().markdown()).append('\n');
    if (table.choice()) {
      text.append("## Learning rates tried\n\n").append(table.rates().markdown()).append('\n');
    }
    allNotes().forEach(note -> text.append("* ").append(note).append('\n'));
    return text.append("\n![scores against parameters](comparison.png)\n").toString();
  }

  /** What a reader must know, the failures last. */
  public Set<String> allNotes() {
    Set<String> all = new LinkedHashSet<>();
    boolean losses = losses();
    if (paper != null) {
      all.add(PaperTable.note());
    }
    all.add(
        (losses ? "final and best: loss on the whole dev set, less is better, " : SCORES)
            + (seeds.size() == 1
                ? "one seed, so no standard deviation"
                : "mean ± sample standard deviation over seeds " + shownSeeds()));
    all.add(
        "best is the %s of all evaluations, chosen on the dev set itself: it flatters, the more the more often is evaluated"
            .formatted(losses ? "lowest" : "highest"));
    if (table().choice()) {
      all.add(
          "lr: of the learning rates tried with a method, the one with the best mean final score,"
              + " chosen on the dev set on which it is shown: it flatters, the more the more were"
              + " tried");
    }
    all.add(
        "params: adapter parameters trained at once, without the head; ranks and effective ranks are"
            + " of the delivered adapter");
    all.add("s/epoch, ex/s: training alone, without evaluations and the first step");
    all.addAll(notes);
    for (CellResult cell : cells) {
      if (!cell.succeeded()) {
        all.add(
            String.format(
                Locale.ROOT,
                "failed: %s %s seed %d%s: %s",
                cell.task(),
                cell.method(),
                cell.seed(),
                table().choice() ? " lr " + RateChoice.shown(cell.learningRate()) : "",
                cell.failure().lines().findFirst().orElse("")));
      }
    }
    return all;
  }

  private boolean losses() {
    return table().rows().stream().anyMatch(ComparisonTable.Row::isLoss);
  }

  private String shownSeeds() {
    return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** Writes the tables: comparison.txt, comparison.md, comparison.csv and cells.csv. */
  public void writeTables(Path directory) {
    AtomicFile.writeText(directory.resolve("comparison.txt"), text());
    AtomicFile.writeText(directory.resolve("comparison.md"), markdown());
    AtomicFile.writeText(directory.resolve("comparison.csv"), ComparisonCsv.rows(table()));
    AtomicFile.writeText(directory.resolve("cells.csv"), ComparisonCsv.cells(cells));
  }

  /**
   * Draws comparison.png and comparison.svg.
   *
   * @return why there is no picture, or null if there is one: a machine without fonts or a slim
   *     Java cannot draw, and tables are worth having without
   */
  public String writePicture(Path directory) {
    byte[] png;
    byte[] svg;
    try {
      ComparisonPicture picture = new ComparisonPicture(title, subtitle(), table(), tasks, methods);
      png = picture.png();
      svg = picture.svg();
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      return "no picture: this Java cannot draw (%s)".formatted(e);
    }
    AtomicFile.writeBytes(directory.resolve("comparison.png"), png);
    AtomicFile.writeBytes(directory.resolve("comparison.svg"), svg);
    return null;
  }

  private String subtitle() {
    String spread =
        seeds.size() == 1
            ? "one seed"
            : "mean and sample standard deviation over seeds " + shownSeeds();
    return losses()
        ? "final loss on the dev set, less is better, " + spread
        : "final score on the dev set, " + spread + "; dashed: no adapter, the head alone";
  }
}
