package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.AtomicFile;
import dev.aroma.report.CellResult;
import dev.aroma.report.ComparisonReport;
import dev.aroma.report.ScoreText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A comparison as one HTML file: its tables, scores against parameters, and curves of its cells.
 */
public final class ComparisonPage {
  private final ComparisonReport report;
  private final Path file;
  private final Function<CellResult, Path> runs;
  private final ObjectNode figures = JsonNodeFactory.instance.objectNode();
  private final StringBuilder body = new StringBuilder();

  private ComparisonPage(ComparisonReport report, Path file, Function<CellResult, Path> runs) {
    this.report = report;
    this.file = file.toAbsolutePath().normalize();
    this.runs = runs;
  }

  /** Where the page of a comparison goes. */
  public static Path file(Path directory) {
    return directory.resolve("report.html");
  }

  /**
   * Writes the page of a comparison, over one that is there.
   *
   * @param file where it goes, beside or near the runs: the page links to theirs
   * @param runs the directory of each cell's run
   * @throws dev.aroma.input.InputException if the page cannot be written
   */
  public static void write(ComparisonReport report, Path file, Function<CellResult, Path> runs) {
    AtomicFile.writeText(file, new ComparisonPage(report, file, runs).html());
  }

  private String html() {
    headline();
    body.append("<main>\n");
    if (report.paper() != null) {
      String table =
          Html.table(report.paper().beside(report.table(), report.methods(), report.tasks()));
      body.append(Html.wideCard(report.paper().caption(), "", table));
    }
    body.append(Html.wideCard("Results", "", Html.table(report.table().table()) + notes()));
    if (report.tasks().size() > 1) {
      body.append(picker());
    }
    for (String task : report.tasks()) {
      List<CellResult> cells =
          report.cells().stream().filter(cell -> cell.task().equals(task)).toList();
      body.append("<div class=\"task\" data-task=\"").append(Html.escape(task)).append("\">\n");
      body.append(new TaskFigures(task, report, cells, runs).html(figures)).append("</div>\n");
    }
    body.append(Html.wideCard("Runs", "", runs())).append("</main>\n");
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("figures", figures);
    data.putArray("marks");
    return Page.of(report.title() + " · Aroma", body.toString(), data);
  }

  private void headline() {
    long failed = report.cells().stream().filter(cell -> !cell.succeeded()).count();
    body.append("<header>\n<p class=\"kind\">Aroma comparison</p>\n<h1>");
    body.append(Html.escape(report.title())).append("</h1>\n<p class=\"what\"><code>");
    body.append(Html.escape(String.join(" ", report.command()))).append("</code></p>\n");
    if (failed > 0 || report.cells().size() < report.planned()) {
      String text = "%d of %d runs are there, %d of these failed.";
      text = text.formatted(report.cells().size(), report.planned(), failed);
      body.append("<p class=\"notice\">").append(text).append("</p>\n");
    }
    body.append("</header>\n");
  }

  private String notes() {
    StringBuilder html = new StringBuilder("<ul class=\"note\">");
    report
        .allNotes()
        .forEach(note -> html.append("<li>").append(Html.escape(note)).append("</li>\n"));
    return html.append("</ul>").toString();
  }

  private String picker() {
    StringBuilder html = new StringBuilder("<p class=\"wide\"><label>Figures of the task ");
    html.append("<select id=\"task\">");
    for (String task : report.tasks()) {
      html.append("<option>").append(Html.escape(task)).append("</option>");
    }
    return html.append("</select></label></p>\n").toString();
  }

  /** Every run with a link to its own page, which stays with it when the directory is moved. */
  private String runs() {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"results\"><tr>");
    for (String heading :
        List.of("task", "method", "seed", "final", "best", "steps", "time", "page")) {
      html.append("<th scope=\"col\">").append(heading).append("</th>");
    }
    for (CellResult cell : report.cells()) {
      html.append("</tr>\n<tr>");
      cells(html, cell.task(), cell.method(), String.valueOf(cell.seed()));
      if (cell.result() == null) {
        html.append("<td colspan=\"4\">failed</td>");
      } else {
        cells(
            html,
            ScoreText.shown(cell.result().metric(), cell.result().score()),
            ScoreText.shown(cell.result().metric(), cell.result().best()),
            String.format(Locale.ROOT, "%,d", cell.result().steps()),
            RunSummary.duration(cell.result().seconds()));
      }
      html.append("<td>").append(link(cell)).append("</td>");
    }
    return html.append("</tr></table></div>").toString();
  }

  private static void cells(StringBuilder html, String... texts) {
    for (String text : texts) {
      html.append("<td>").append(Html.escape(text)).append("</td>");
    }
  }

  private String link(CellResult cell) {
    Path page = file(runs.apply(cell).toAbsolutePath().normalize());
    if (!Files.exists(page)) {
      return "–";
    }
    String relative = file.getParent().relativize(page).toString().replace('\\', '/');
    return "<a href=\"%s\">report</a>".formatted(Html.escape(relative));
  }
}
