package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.AtomicFile;
import dev.aroma.report.Event;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.ScoreText;
import java.nio.file.Path;

/**
 * A run as one HTML file, from the files of its directory alone. A run that goes on, failed or was
 * killed has a page too, of what there is.
 */
public final class RunPage {
  private static final String STEP = "optimiser step";

  /** The exp of a loss that has a curve: it would be the same one on another scale. */
  private static final String PERPLEXITY = "perplexity";

  private static final int MOST_MARKS = 60;

  /** Steps that the smoothed loss is the mean of: this part of all. */
  private static final int WINDOWS = 40;

  private final RunSummary summary;
  private final History history;
  private final ObjectNode figures = JsonNodeFactory.instance.objectNode();
  private final StringBuilder body = new StringBuilder();

  private RunPage(RunSummary summary, History history) {
    this.summary = summary;
    this.history = history;
  }

  /**
   * Writes {@code report.html} of a run, over one that is there.
   *
   * @throws dev.aroma.input.InputException if a file of the run is damaged, or the page cannot be
   *     written
   */
  public static void write(RunDirectory run) {
    write(run, run.report());
  }

  /** Writes it elsewhere. */
  public static void write(RunDirectory run, Path file) {
    AtomicFile.writeText(file, html(run));
  }

  /** The page. */
  public static String html(RunDirectory run) {
    return html(RunSummary.of(run));
  }

  static String html(RunSummary summary) {
    return new RunPage(summary, History.of(summary.events())).html();
  }

  private String html() {
    body.append(summary.headline()).append("<main>\n");
    scores();
    loss();
    RankHistory ranks = RankHistory.of(history.all(), summary.result());
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    parameters();
    if (!ranks.isEmpty()) {
      RankMap map = new RankMap(ranks);
      ranks(map, data);
      rate();
      maps(map);
    } else {
      rate();
    }
    body.append(summary.tables()).append("</main>\n");
    data.set("figures", figures);
    data.set("marks", Figure.numbers(marks()));
    return Page.of(summary.title(), body.toString(), data);
  }

  private void add(String name, String heading, String explanation, Figure figure) {
    if (!figure.isEmpty()) {
      figures.set(name, figure.json());
      body.append(Html.card(heading, explanation, Html.canvas(name, heading)));
    }
  }

  private void scores() {
    Figure scores = new Figure(STEP, "score on the dev set");
    Figure losses = new Figure(STEP, "loss on the dev set");
    history
        .scores()
        .forEach(
            (name, curve) -> {
              Figure figure = ScoreText.isLoss(name) ? losses : scores;
              if (!name.equals(PERPLEXITY)) {
                figure.add(Figure.Kind.DOTS, name, next(figure), curve);
              }
            });
    add("scores", "Score", scoreNote(), scores);
    add("dev-loss", "Loss on the dev set", "Less is better. " + scoreNote(), losses);
    if (scores.isEmpty() && losses.isEmpty()) {
      body.append(Html.card("Score", "", "<p class=\"note\">Nothing was evaluated yet.</p>"));
    }
  }

  private String scoreNote() {
    String marks = marks().length > 0 ? " Dotted lines, here and below: ends of outer steps." : "";
    return "Of the whole dev set, at each evaluation." + marks;
  }

  /** Ends of outer steps, where they can be told apart. */
  private double[] marks() {
    double[] outer = history.outerSteps();
    return outer.length > MOST_MARKS ? new double[0] : outer;
  }

  private static int next(Figure figure) {
    return figure.json().get("series").size();
  }

  private void loss() {
    Curve loss = history.curve(Event.Step::loss);
    Figure figure = new Figure(STEP, "loss").fromZero();
    if (loss.size() > 0) {
      int window = Math.max(1, loss.size() / WINDOWS);
      boolean smoothed = window > 1;
      Figure.Kind each = smoothed ? Figure.Kind.FAINT : Figure.Kind.LINE;
      figure.add(each, "each step's batch", 1, loss.thinned());
      if (smoothed) {
        String name = "mean of %,d steps".formatted(window);
        figure.add(Figure.Kind.LINE, name, 1, loss.mean(window).thinned());
      }
    }
    add("loss", "Training loss", "", figure);
  }

  private void parameters() {
    Curve live = history.curve(Event.Step::liveParameters).changes();
    Figure figure = new Figure(STEP, "parameters").fromZero();
    figure.add(Figure.Kind.STEPS, "adapter parameters in training", 2, live);
    add(
        "parameters",
        "Live adapter parameters",
        "What is trained at each step, without the head.",
        figure);
  }

  private void ranks(RankMap map, ObjectNode data) {
    Curve total = history.curve(Event.Step::totalRank).changes();
    Figure figure = new Figure(STEP, "rank, all modules").fromZero().whole();
    figure.add(Figure.Kind.STEPS, "total rank", 3, total);
    add("rank", "Total rank", "All modules added up, components in training included.", figure);
    Figure chosen = new Figure(STEP, "rank of the module").fromZero().whole();
    figures.set("chosen", chosen.json());
    body.append(
        Html.card(
            "Rank of chosen modules",
            "What each module would be delivered with. Choose modules in the map.",
            Html.canvas("chosen", "rank of chosen modules")));
    map.json(data, history.lastStep());
  }

  private void maps(RankMap map) {
    body.append(
        Html.wideCard(
            "Rank map",
            "Layers down, matrices across. Effective rank says how many directions are really used:"
                + " exp of the entropy of the singular values. Move the slider through time; a"
                + " click on a cell adds its curve above, or takes it away.",
            map.html()));
    Figure timeline = Timeline.of(history.all(), map);
    if (!timeline.isEmpty()) {
      figures.set("timeline", timeline.json());
      body.append(
          Html.wideCard(
              "Merges and freezes",
              "A row is a module. It merges a component at the end of an outer step if that changed"
                  + " its weight enough (ρ), else it drops it and is frozen.",
              Html.canvas("timeline", "merges and freezes of each module")));
    }
  }

  private void rate() {
    Curve rate = history.curve(Event.Step::learningRate);
    Figure figure = new Figure(STEP, "learning rate").fromZero();
    figure.add(Figure.Kind.LINE, "learning rate of the adapter", 4, rate.thinned());
    add("rate", "Learning rate", "", figure);
  }
}
