package dev.aroma.cli;

import dev.aroma.data.Tasks;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.RunOptions;
import dev.aroma.report.RankGrid;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a person reads when a run is over. */
final class TrainSummary {
  private final Path directory;
  private final Result result;
  private final RunOptions options;

  TrainSummary(FineTuned tuned, RunOptions options) {
    this.directory = tuned.directory();
    this.result = tuned.result();
    this.options = options;
  }

  /** The rank of every module. */
  String grid(boolean unicode, boolean colour) {
    return new RankGrid(result.ranks(), result.effectiveRanks()).render(unicode, colour);
  }

  /** The numbers, a line each. */
  String result() {
    Long peak = RunDirectory.open(directory).readManifest().peakMemoryBytes();
    Facts facts = ResultFacts.of(result);
    facts.add("peak memory", peak == null ? "unknown" : Facts.format("%.2f GiB", peak / 0x1p30));
    return facts.add("run", Commands.shown(directory)).text();
  }

  /** What Ctrl-C left. */
  String interrupted() {
    return """
        Stopped by Ctrl-C after step %d. Saved in %s: adapter/, result.json, metrics.jsonl, and a \
        checkpoint.
        Go on:  ./aroma train --resume %s"""
        .formatted(result.steps(), Commands.shown(directory), Commands.word(directory));
  }

  private Path page() {
    return RunDirectory.open(directory).report();
  }

  /** The commands that use the run. */
  String next() {
    String run = Commands.word(directory);
    String pair = options.task().pairColumn() == null ? "" : " --pair \"and its pair\"";
    Path beside = directory.resolveSibling(directory.getFileName() + "-merged");
    Map<String, String> lines = new LinkedHashMap<>();
    if (Tasks.writes(options.task().name())) {
      lines.put("let it write", "generate --model %s --instruction \"what to do\"".formatted(run));
    } else {
      lines.put("classify texts", "predict --run %s \"a text\"%s".formatted(run, pair));
    }
    lines.put("score it again", "eval --run " + run);
    lines.put("see its ranks", "inspect " + run);
    lines.put(
        "one plain model", "merge --run %s --output %s".formatted(run, Commands.word(beside)));
    StringBuilder text = new StringBuilder("What next:\n");
    lines.forEach(
        (what, command) ->
            text.append(String.format(Locale.ROOT, "  %-16s ./aroma %s\n", what, command)));
    if (Files.exists(page())) {
      text.append("Its curves, ranks over time and settings, for a browser: ");
      text.append(Commands.shown(page())).append('\n');
    }
    return text.toString();
  }
}
