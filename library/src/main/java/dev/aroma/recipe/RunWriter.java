package dev.aroma.recipe;

import dev.aroma.data.Task;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AtomicFile;
import dev.aroma.metrics.EffectiveRank;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.Tuner;
import dev.aroma.report.Digests;
import dev.aroma.report.Event;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Versions;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the directory of a run: what is known at its beginning, and what came out. */
final class RunWriter {
  private final RunDirectory directory;
  private final RunOptions options;
  private final ModelFiles files;
  private final Task task;
  private final TextTokenizer tokenizer;
  private Manifest manifest;

  RunWriter(
      RunDirectory directory,
      RunOptions options,
      ModelFiles files,
      Task task,
      TextTokenizer tokenizer) {
    this.directory = directory;
    this.options = options;
    this.files = files;
    this.task = task;
    this.tokenizer = tokenizer;
  }

  /** Everything that is needed to understand and use the run, before its first step. */
  void begin(List<String> command, Device device) {
    String yaml = Recipes.yaml(options);
    directory.writeConfig(yaml);
    manifest =
        Manifest.begin(
            Versions.current(Engine.version()),
            Machine.current(device == Device.CUDA ? "cuda" : null)
                .computing(Engine.threads(), Engine.cpuCapability()),
            command,
            options.train().seed(),
            yaml,
            Digests.ofFiles(task.files()),
            Digests.ofFiles(files.digested()),
            OffsetDateTime.now(ZoneId.systemDefault()));
    directory.writeManifest(manifest);
    new Labels(task.labels(), options.task().maxLength()).write(directory.path());
    try {
      tokenizer.save(directory.path());
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory.path(), e);
    }
  }

  RunLog log(Tuner tuner, Task trained, int steps) {
    RunLog log = new RunLog(directory.openMetrics());
    log.write(
        new Event.Start(
            0,
            OffsetDateTime.now(ZoneId.systemDefault()).toString(),
            trained.name(),
            Recipes.methodName(options),
            steps,
            trained.train().size(),
            tuner.ranks().size(),
            tuner.liveParameters()));
    return log;
  }

  /** Writes what was trained: whatever comes after it can be made again. */
  void saveAdapter(SequenceClassifier model, Tuner tuner) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      AdapterStore.write(
          directory.adapter(), files.name(), model, tuner, AdapterFiles.Mode.COMPACT);
    }
  }

  /** Writes what came out. */
  FineTuned end(Tuner tuner, Training training, int examples, long parameters) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Result result = result(tuner.factors(), training, examples, parameters);
      directory.writeResult(result);
      directory.writeManifest(
          manifest.end(OffsetDateTime.now(ZoneId.systemDefault()), Machine.peakResidentBytes()));
      if (training.failure() != null) {
        throw diverged(training);
      }
      return new FineTuned(directory.path(), result);
    }
  }

  private Result result(
      Map<String, LowRank> factors, Training training, int examples, long parameters) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> effective = new LinkedHashMap<>();
    factors.forEach(
        (path, low) -> {
          ranks.put(path, low.rank());
          effective.put(path, EffectiveRank.of(low.singularValues()));
        });
    return new Result(
        task.name(),
        Recipes.methodName(options),
        training.metric(),
        training.score(),
        training.best(),
        training.scores(),
        examples,
        training.steps(),
        RunLog.stopped(training.end()),
        training.seconds(),
        training.examples() / training.seconds(),
        new Result.Parameters(
            training.adapterInitial(),
            training.adapterMean(),
            training.adapterFinal(),
            training.head(),
            parameters),
        ranks,
        effective,
        ranks.values().stream().mapToLong(Integer::longValue).sum(),
        options.train().seed());
  }

  private InputException diverged(Training training) {
    Path saved = directory.adapter();
    return new InputException(
        "training stopped: %s; the last good state (at most 10 steps before) is saved in %s"
            .formatted(training.failure(), saved),
        "lower --lr, lengthen train.schedule.warmup, or use --precision fp32",
        "loss-not-a-number");
  }
}
