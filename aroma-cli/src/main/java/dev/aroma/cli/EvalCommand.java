package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.report.Result;
import dev.aroma.report.ResultTable;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aroma eval}: the scores of a run again, from what it left on disk. */
@Command(
    name = "eval",
    description = {
      "Score a run again from disk, on its own data or others of the same task.",
      "Device and precision are the run's where not given: other numbers round otherwise.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {
  @Option(names = "--run", required = true, paramLabel = "DIR", description = "Of aroma train.")
  private Path run;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Directory of the task's files, or for the task text a file of labelled examples; where"
              + " the run found them if not given.")
  private Path data;

  @Mixin private EngineArguments engine;

  @Option(names = "--json", description = "Print JSON, with all digits.")
  private boolean json;

  private final Terminal terminal;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    EngineOptions where = engine.over(SavedClassifier.options(run).engine());
    Map<String, Double> scores;
    try (SavedClassifier saved = SavedClassifier.load(run, where)) {
      scores = saved.evaluate(data);
    }
    if (json) {
      terminal.json(json(scores, recorded()));
    } else {
      terminal.out().print(table(scores));
      terminal.out().print(comparison(scores));
    }
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  /** What the run itself scored: only where it finished, and on the same data. */
  private Optional<Result> recorded() {
    boolean comparable = data == null && Files.exists(run.resolve("result.json"));
    return comparable ? Optional.of(RunDirectory.open(run).readResult()) : Optional.empty();
  }

  private static String table(Map<String, Double> scores) {
    ResultTable table = new ResultTable("metric", "score");
    scores.forEach((metric, score) -> table.row(metric, Facts.format("%.4f", score)));
    return table.text();
  }

  private String comparison(Map<String, Double> scores) {
    return recorded()
        .map(
            result -> {
              double now = scores.get(result.metric());
              double more = now - result.score();
              return more == 0
                  ? "%s is exactly that of result.json\n".formatted(result.metric())
                  : Facts.format(
                      "result.json says %s for %s; this is %.3g %s\n",
                      result.score(), result.metric(), Math.abs(more), more < 0 ? "less" : "more");
            })
        .orElse("");
  }

  private static ObjectNode json(Map<String, Double> scores, Optional<Result> recorded) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String metric = scores.keySet().iterator().next();
    json.put("metric", metric).put("score", scores.get(metric));
    ObjectNode all = json.putObject("metrics");
    scores.forEach(all::put);
    recorded.ifPresent(
        result ->
            json.put("recorded", result.score())
                .put("same", scores.get(result.metric()) == result.score()));
    return json;
  }
}
