package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.InstructionOptions;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.recipe.SavedLanguageModel;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code aroma eval}: the scores of a run again, from what it left on disk. */
@Command(
    name = "eval",
    description = {
      "Score a run again from disk, on its own data or others of the same task; or a model that"
          + " writes, on instructions or the commonsense benchmarks, as it is.",
      "A commonsense evaluation that was stopped goes on where it was when given again.",
      "Device and precision are the run's where not given: other numbers round otherwise.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {
  @Option(names = "--run", paramLabel = "DIR", description = "Of aroma train.")
  private Path run;

  @Option(
      names = "--model",
      paramLabel = "DIR|ID",
      description = "Instead of a run: a model that writes, a directory or a Hugging Face id.")
  private String model;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "With --model: commonsense or instructions.")
  private String task;

  @Option(
      names = "--prompt",
      paramLabel = "NAME|FILE",
      description = "With --model: the words around an instruction [task.instructions.prompt].")
  private String prompt;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Directory of the task's files, or for your own files the one to judge on; where the run"
              + " found them if not given.")
  private Path data;

  @Option(
      names = "--answers",
      paramLabel = "DIR",
      description =
          "Task commonsense: where answers are written, under benchmarks/; the run's directory, or"
              + " with --model the present one, if not given.")
  private Path answers;

  @Mixin private BenchmarkArguments benchmark;

  @Mixin private EngineArguments engine;

  @Option(names = "--json", description = "Print JSON, with all digits.")
  private boolean json;

  @Spec private CommandSpec spec;
  private final Terminal terminal;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    checkUsage();
    Map<String, Double> scores = scores();
    if (json) {
      terminal.json(json(scores, recorded()));
    } else {
      terminal.out().print(table(scores));
      terminal.out().print(comparison(scores));
    }
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private void checkUsage() {
    if ((run == null) == (model == null)) {
      throw wrong("Expected --run or --model, found " + (run == null ? "neither." : "both."));
    }
    if (model != null && (task == null || data == null || !Tasks.writes(task))) {
      throw wrong(
          "Expected with --model also --task commonsense or instructions, and --data; found --task "
              + "%s, --data %s.".formatted(task, data));
    }
    if (run != null && (task != null || prompt != null)) {
      throw wrong("A run knows its task and its prompt: leave --task and --prompt out.");
    }
    if (run != null && benchmark.given() && !SavedLanguageModel.isFor(run)) {
      throw wrong("--sets, --mode, --limit and --beams are for runs of the task commonsense.");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Map<String, Double> scores() {
    if (model != null) {
      try (SavedLanguageModel saved =
          SavedLanguageModel.ofModel(model, engine.overAuto(), this::tell)) {
        return saved.evaluateOn(
            asked(TaskOptions.of(task, data)), answers == null ? Path.of("") : answers, this::tell);
      }
    }
    RunOptions options = Recipes.options(run);
    EngineOptions where = engine.over(options.engine());
    if (!SavedLanguageModel.isFor(run)) {
      try (SavedClassifier saved = SavedClassifier.load(run, where)) {
        return saved.evaluate(data);
      }
    }
    Path into = answers == null ? run : answers;
    TaskOptions own = asked(options.task());
    try (SavedLanguageModel saved = SavedLanguageModel.ofRun(run, where)) {
      return data == null
          ? saved.evaluate(own.benchmark(), into, this::tell)
          : saved.evaluateOn(own.with(data, null, null), into, this::tell);
    }
  }

  private TaskOptions asked(TaskOptions options) {
    TaskOptions judged = options.with(benchmark.over(options.benchmark()));
    return prompt == null
        ? judged
        : judged.with(new InstructionOptions(prompt, options.instructions().loss()));
  }

  private void tell(String message) {
    terminal.err().println(message);
  }

  /** What the run itself scored: only where it finished, and on the same data. */
  private Optional<Result> recorded() {
    boolean comparable =
        run != null
            && data == null
            && !benchmark.given()
            && Files.exists(run.resolve("result.json"));
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
