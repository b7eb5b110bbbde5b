package dev.aroma.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.aroma.report.Event;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/**
 * What a run's files say of it, those that are there.
 *
 * @param name of its directory
 * @param config {@code config.yaml}, or null
 * @param manifest or null
 * @param result or null: it has not ended, or was killed
 */
record RunSummary(
    String name, String config, Manifest manifest, List<Event> events, Result result) {
  /** Reads the files. */
  static RunSummary of(RunDirectory run) {
    return new RunSummary(
        String.valueOf(run.path().toAbsolutePath().normalize().getFileName()),
        has(run, "config.yaml") ? run.readConfig() : null,
        has(run, "manifest.json") ? run.readManifest() : null,
        has(run, "metrics.jsonl") ? run.readMetrics() : List.of(),
        has(run, "result.json") ? run.readResult() : null);
  }

  private static boolean has(RunDirectory run, String file) {
    return Files.exists(run.path().resolve(file));
  }

  /** For the browser's tab. */
  String title() {
    return name + " · Aroma";
  }

  /** Name of the run, what it is, and its numbers. */
  String headline() {
    StringBuilder html = new StringBuilder("<header>\n<p class=\"kind\">Aroma run</p>\n<h1>");
    html.append(Html.escape(name)).append("</h1>\n<p class=\"what\">");
    html.append("<b>").append(Html.escape(method())).append("</b> on <b>");
    html.append(Html.escape(task())).append("</b>, model <b>");
    html.append(Html.escape(model())).append("</b></p>\n").append(notice());
    return html.append(new Tiles(this).html()).append("</header>\n").toString();
  }

  /** What a reader must know before the numbers. */
  private String notice() {
    String text = "";
    if (result == null) {
      text =
          "No result yet: after step %,d this run was still going on, or was killed."
              .formatted(lastStep());
    } else if (result.stopped() == Stopped.FAILED) {
      text =
          "This run failed after step %,d: its loss was not a number. The scores are of the last"
              + " good state.";
      text = text.formatted(result.steps());
    } else if (result.stopped() == Stopped.INTERRUPTED) {
      text = "This run was stopped by hand after step %,d.".formatted(result.steps());
    }
    return text.isEmpty() ? "" : "<p class=\"notice\">" + Html.escape(text) + "</p>\n";
  }

  int lastStep() {
    return events.isEmpty() ? 0 : events.get(events.size() - 1).step();
  }

  private Event.Start start() {
    return !events.isEmpty() && events.get(0) instanceof Event.Start start ? start : null;
  }

  private String method() {
    return result != null ? result.method() : start() != null ? start().method() : "?";
  }

  private String task() {
    return result != null ? result.task() : start() != null ? start().task() : "?";
  }

  private String model() {
    try {
      String path =
          config == null ? "" : new YAMLMapper().readTree(config).at("/model/path").asText();
      return path.isEmpty() ? "?" : path;
    } catch (JsonProcessingException e) {
      return "?"; // edited by hand; the page shows it as it is
    }
  }

  /** Tables below the figures. */
  String tables() {
    return new RunTables(this).html();
  }

  /** A duration as people say it. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole >= 3600) {
      return "%d h %02d min".formatted(whole / 3600, whole / 60 % 60);
    }
    return whole >= 60
        ? "%d min %02d s".formatted(whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** A score, or a dash for none. */
  static String score(double score) {
    return Double.isFinite(score) ? String.format(Locale.ROOT, "%.4f", score) : "–";
  }
}
