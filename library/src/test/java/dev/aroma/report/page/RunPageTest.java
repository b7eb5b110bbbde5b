package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.input.InputException;
import dev.aroma.report.Event;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPageTest {
  @TempDir Path dir;

  private Parsed page(List<Event> events, Stopped stopped) throws Exception {
    Map<String, Integer> ranks = Map.of(Runs.query(0), 2, Runs.query(1), 1);
    RunDirectory run =
        Runs.write(
            dir.resolve("a run"),
            events,
            stopped == null ? null : Runs.result(stopped, "aroma", ranks));
    return page(run);
  }

  private Parsed page(RunDirectory run) throws Exception {
    RunPage.write(run);
    String html = Files.readString(run.path().resolve("report.html"));
    String keep = System.getProperty("aroma.pictures");
    if (keep != null) {
      Files.writeString(Path.of(keep, run.path().getFileName() + ".html"), html);
    }
    return Parsed.of(html);
  }

  private static String figureOf(Parsed page, String name) {
    return "data-figure=\""
        + name
        + "\""
        + (page.figure(name).isMissingNode() ? " is missing" : "");
  }

  @Test
  void numbersCanBeReadWithoutScripts() throws Exception {
    Parsed page = page(Runs.grown(), Stopped.CONVERGED);
    assertThat(page.text())
        .contains("a run", "aroma on mrpc , model bert-base")
        .contains("f1 0.8750 final, on 408 examples; best 0.9000")
        .contains("2 min 05 s", "40 ended: converged")
        .contains("12,346 in training at once, mean; 20,000 at first, 3,000 at last")
        .contains("total rank 3 in 2 modules")
        .contains("accuracy, final 0.7750", "head parameters 1,538", "seed 7")
        .contains("aroma train --lr 1e-3", "revision abcdef", "3.00 GiB", "0123")
        .contains("4567 train.tsv", "89ab model.safetensors", "path: &quot;bert-base&quot;");
    assertThat(page.body()).doesNotContain("class=\"notice\">This", "class=\"notice\">No result");
  }

  @Test
  void everyFigureHasAxisNamesSeriesAndAPlace() throws Exception {
    Parsed page = page(Runs.grown(), Stopped.CONVERGED);
    for (String name :
        List.of("scores", "loss", "parameters", "rank", "chosen", "timeline", "rate")) {
      assertThat(page.body()).contains(figureOf(page, name));
      assertThat(page.figure(name).path("x").asText()).isEqualTo("optimiser step");
      assertThat(page.figure(name).path("y").asText()).isNotEmpty();
    }
    JsonNode scores = page.figure("scores").path("series");
    assertThat(scores.at("/0/name").asText()).as("the one that decides").isEqualTo("f1");
    assertThat(scores.at("/0/x").toString()).isEqualTo("[20,40]");
    assertThat(scores.at("/0/y").toString()).isEqualTo("[0.75,0.875]");
    assertThat(scores.at("/1/name").asText()).isEqualTo("accuracy");
    assertThat(page.figure("loss").at("/series/0/y").size()).isEqualTo(40);
    assertThat(page.figure("loss").path("series")).as("40 steps have no mean").hasSize(1);
    assertThat(page.data().path("marks").toString()).isEqualTo("[20,40]");
  }

  @Test
  void rankMapIsATableAndMovesThroughTime() throws Exception {
    Parsed page = page(Runs.grown(), Stopped.CONVERGED);
    assertThat(page.body())
        .contains("data-kind=\"rank\"", "data-kind=\"effective\"", "type=\"range\"")
        .contains("title=\"bert.encoder.layer.0.attention.self.query\"")
        .contains("data-module=\"0\">2</button>", "data-module=\"1\">1</button>")
        .contains("data-module=\"0\">1.9</button>");
    assertThat(page.data().path("modules").toString())
        .isEqualTo("[\"layer 0 query\",\"layer 1 query\"]");
    assertThat(page.data().path("frames")).hasSize(3);
    assertThat(page.data().path("highest").asInt()).isEqualTo(2);
    assertThat(page.data().path("chosen").get(0).asInt()).as("the highest rank").isZero();
  }

  @Test
  void timelineShowsLivesMergesAndFreezes() throws Exception {
    JsonNode timeline = page(Runs.grown(), Stopped.CONVERGED).figure("timeline");
    assertThat(timeline.path("rows").toString()).isEqualTo("[\"layer 0 query\",\"layer 1 query\"]");
    assertThat(timeline.path("series").findValuesAsText("name"))
        .containsExactly("in training", "component converged", "merged", "frozen");
    assertThat(timeline.at("/series/0/x").toString()).isEqualTo("[0,40,40,0,40,40]");
    assertThat(timeline.at("/series/0/y").toString()).isEqualTo("[0,0,null,1,1,null]");
    assertThat(timeline.at("/series/2/x").toString()).isEqualTo("[20,20,40]");
    assertThat(timeline.at("/series/2/tips/2").asText()).isEqualTo("rank 2, ρ 0.20");
    assertThat(timeline.at("/series/3/x").toString()).isEqualTo("[40]");
  }

  @Test
  void failedInterruptedAndKilledRunsSaySo() throws Exception {
    assertThat(page(Runs.grown(), Stopped.FAILED).text())
        .contains("This run failed after step 40: its loss was not a number.");
    dir = dir.resolve("two");
    assertThat(page(Runs.grown(), Stopped.INTERRUPTED).text())
        .contains("This run was stopped by hand after step 40.");
    dir = dir.resolve("three");
    Parsed killed = page(Runs.grown().subList(0, 30), null);
    assertThat(killed.text())
        .contains("No result yet: after step 23")
        .contains("f1 0.7500 so far, at step 20", "steps 23 so far", "total rank 3 now");
    assertThat(killed.body()).contains("data-kind=\"rank\"").doesNotContain("<h2>Result</h2>");
  }

  @Test
  void runThatHasOnlyBegunHasAPage() throws Exception {
    Parsed started = page(List.of(Runs.start()), null);
    assertThat(started.text()).contains("aroma on mrpc", "Nothing was evaluated yet.");
    assertThat(started.data().path("figures")).isEmpty();
    Path bare = Files.createDirectories(dir.resolve("bare"));
    Files.writeString(bare.resolve("config.yaml"), "not: [yaml");
    assertThat(page(RunDirectory.open(bare)).text()).contains("? on ?", "not: [yaml");
  }

  @Test
  void methodWithoutRanksHasNoMap() throws Exception {
    List<Event> events = new ArrayList<>(List.of(Runs.start()));
    for (int step = 1; step <= 5; step++) {
      events.add(new Event.Step(step, step, 0.5, 1e-3, 10, 0, 0, 25_728));
    }
    events.add(Runs.eval(5, 0.5));
    RunDirectory run =
        Runs.write(
            dir.resolve("bitfit"), events, Runs.result(Stopped.MAX_STEPS, "bitfit", Map.of()));
    Parsed page = page(run);
    assertThat(page.data().has("frames")).isFalse();
    assertThat(page.data().path("figures").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("scores", "loss", "parameters", "rate");
    assertThat(page.text()).doesNotContain("total rank", "Rank map");
  }

  @Test
  void aLossIsNoScore() throws Exception {
    List<Event> events = new ArrayList<>(List.of(Runs.start(), Runs.step(1, 2)));
    events.add(new Event.Eval(1, 1, "loss", 1.5, Map.of("loss", 1.5, "perplexity", 4.5)));
    Parsed page = page(events, null);
    assertThat(page.data().path("figures").has("scores")).isFalse();
    assertThat(page.figure("dev-loss").at("/series/0/name").asText()).isEqualTo("loss");
    assertThat(page.figure("dev-loss").path("series")).hasSize(1);
    assertThat(page.text())
        .contains("Loss on the dev set", "Less is better.")
        .doesNotContain("Nothing was evaluated");
  }

  @Test
  void namesThatLookLikeMarkupStayText() throws Exception {
    String odd = "x.layer.0.</script><img src=x onerror=alert(1)>";
    List<Event> events =
        List.of(
            Runs.start(),
            new Event.Ranks(0, 0, Map.of(odd, 1), Map.of(odd, 1.0)),
            new Event.Merge(1, 1, 1, odd, 1, 0.1),
            new Event.Eval(1, 1, "<f1>", 0.5, Map.of("<f1>", 0.5)));
    Parsed page = page(events, Stopped.MAX_STEPS);
    assertThat(page.body()).doesNotContain("<img", "<f1>");
    assertThat(page.data().path("modules").toString()).contains("onerror");
    assertThat(page.figure("scores").at("/series/0/name").asText()).isEqualTo("<f1>");
  }

  @Test
  void longRunIsThinnedButKeepsEveryEvaluationAndMerge() throws Exception {
    List<Event> events = new ArrayList<>(List.of(Runs.start()));
    int modules = 24;
    for (int step = 1; step <= 100_000; step++) {
      events.add(Runs.step(step, step == 54_321 ? 50 : 1.0 / step));
      if (step % 500 == 0) {
        for (int i = 0; i < modules; i++) {
          events.add(new Event.Merge(step, step, step / 500, Runs.query(i), step / 500, 0.0123456));
        }
        events.add(Runs.eval(step, 0.5 + step / 1e6));
      }
    }
    RunSummary summary = new RunSummary("long", null, null, events, null);
    String html = RunPage.html(summary);
    assertThat(html.length()).isLessThan(1_500_000);
    Parsed page = Parsed.of(html);
    assertThat(page.figure("scores").at("/series/0/x")).hasSize(200);
    assertThat(page.figure("timeline").at("/series/1/x")).hasSize(200 * modules);
    assertThat(page.data().path("frames")).hasSize(200);
    assertThat(page.figure("loss").at("/series/0/x").size()).isLessThan(2500);
    assertThat(page.figure("loss").at("/series/0/y").toString()).contains("50,");
    assertThat(page.figure("loss").at("/series/1/name").asText()).startsWith("mean of ");
    assertThat(page.data().path("marks")).as("too many to tell apart").isEmpty();
  }

  @Test
  void damagedFileIsTold() throws Exception {
    RunDirectory run = Runs.write(dir.resolve("run"), Runs.grown(), null);
    Files.writeString(run.path().resolve("metrics.jsonl"), "{\n{}\n");
    assertThatThrownBy(() -> RunPage.write(run))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl, line 1");
  }
}
