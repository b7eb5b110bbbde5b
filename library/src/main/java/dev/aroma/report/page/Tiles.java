package dev.aroma.report.page;

import dev.aroma.report.Event;
import dev.aroma.report.Result;
import dev.aroma.report.ScoreText;
import java.util.List;
import java.util.Locale;

/** The numbers at the top of a run's page. */
final class Tiles {
  private final RunSummary run;
  private final StringBuilder html = new StringBuilder("<div class=\"tiles\">\n");

  Tiles(RunSummary run) {
    this.run = run;
  }

  String html() {
    if (run.result() != null) {
      finished(run.result());
    } else {
      unfinished(run.events());
    }
    return html.append("</div>\n").toString();
  }

  private void finished(Result result) {
    tile(
        RunSummary.score(result.score()),
        result.metric(),
        format(
            "final, on %,d examples; %s %s",
            result.examples(), ScoreText.best(result.metric()), RunSummary.score(result.best())),
        true);
    tile(
        RunSummary.duration(result.seconds()),
        "time",
        format("%,.0f examples a second", result.examplesPerSecond()),
        false);
    tile(format("%,d", result.steps()), "steps", "ended: " + result.stopped().word(), false);
    Result.Parameters parameters = result.parameters();
    tile(
        format("%,.0f", parameters.adapterMean()),
        "adapter parameters",
        parameters.adapterInitial() == parameters.adapterFinal()
            ? "in training at once"
            : format(
                "in training at once, mean; %,d at first, %,d at last",
                parameters.adapterInitial(), parameters.adapterFinal()),
        false);
    if (!result.ranks().isEmpty()) {
      double effective =
          result.effectiveRanks().values().stream().mapToDouble(Double::doubleValue).sum();
      tile(
          format("%,d", result.totalRank()),
          "total rank",
          format("in %,d modules; effective rank %,.1f", result.ranks().size(), effective),
          false);
    }
  }

  private void unfinished(List<Event> events) {
    Event.Eval score = null;
    Event.Step step = null;
    for (Event event : events) {
      score = event instanceof Event.Eval eval ? eval : score;
      step = event instanceof Event.Step now ? now : step;
    }
    if (score != null) {
      String when = format("so far, at step %,d", score.step());
      tile(RunSummary.score(score.score()), score.metric(), when, true);
    }
    if (step != null) {
      tile(format("%,d", step.step()), "steps", "so far", score == null);
      tile(RunSummary.duration(step.seconds()), "time", "so far", false);
      tile(format("%,d", step.liveParameters()), "adapter parameters", "in training now", false);
      if (step.totalRank() > 0) {
        tile(format("%,d", step.totalRank()), "total rank", "now", false);
      }
    }
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void tile(String value, String name, String more, boolean first) {
    html.append(first ? "<div class=\"tile first\">" : "<div class=\"tile\">");
    html.append("<div class=\"name\">").append(Html.escape(name));
    html.append("</div><div class=\"value\">").append(Html.escape(value));
    html.append("</div><div class=\"more\">").append(Html.escape(more)).append("</div></div>\n");
  }
}
