package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.Digests;
import dev.aroma.model.Transformer;
import dev.aroma.peft.Tuner;
import dev.aroma.report.Event;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.MetricsLog;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Versions;
import dev.aroma.report.page.RunPage;
import dev.aroma.report.tensorboard.TensorBoardLog;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Checkpoints;
import dev.aroma.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the directory of a run: what is known at its beginning, and what came out. */
final class RunWriter {
  private final RunDirectory directory;
  private final RunOptions options;
  private final ModelFiles files;
  private final Workload<?> workload;
  private final TextTokenizer tokenizer;
  private final Consumer<String> messages;
  private Manifest manifest;

  RunWriter(
      RunDirectory directory,
      RunOptions options,
      ModelFiles files,
      Workload<?> workload,
      TextTokenizer tokenizer,
      Consumer<String> messages) {
    this.directory = directory;
    this.options = options;
    this.files = files;
    this.workload = workload;
    this.tokenizer = tokenizer;
    this.messages = messages;
  }

  /** Everything that is needed to understand and use the run, before its first step. */
  void begin(List<String> command, Device device) {
    String yaml = Recipes.yaml(options);
    directory.writeConfig(yaml);
    manifest =
        Manifest.begin(
            versions(),
            machine(device),
            command,
            options.train().seed(),
            yaml,
            Digests.sha256(workload.files()),
            Digests.sha256(startingFiles()),
            OffsetDateTime.now(ZoneId.systemDefault()));
    directory.writeManifest(manifest);
    describe();
  }

  /** The same for a run that goes on: what it wrote of its beginning stays. */
  void resume(List<String> command, Device device, int step) {
    if (!directory.hasManifest()) {
      begin(command, device); // killed before it was written
      return;
    }
    manifest = directory.readManifest();
    requireSame("data", manifest.data(), Digests.sha256(workload.files()));
    requireSame("model", manifest.model(), Digests.sha256(startingFiles()));
    if (!manifest.versions().equals(versions()) || !manifest.machine().equals(machine(device))) {
      messages.accept(
          "it began with other versions or on another machine: numbers may differ in their last"
              + " digits");
    }
    manifest = manifest.resume(command, step, OffsetDateTime.now(ZoneId.systemDefault()));
    directory.writeManifest(manifest);
    describe();
  }

  /** Files by name: where they lie may have changed. */
  private static void requireSame(String what, Map<String, String> then, Map<String, String> now) {
    Map<String, String> byName = new LinkedHashMap<>();
    now.forEach((file, digest) -> byName.put(nameOf(file), digest));
    then.forEach(
        (file, digest) -> {
          String found = now.getOrDefault(file, byName.get(nameOf(file)));
          if (!digest.equals(found)) {
            throw new InputException(
                "the run's %s changed since it began: expected %s with SHA-256 %s, found %s"
                    .formatted(what, file, digest, found == null ? "no such file" : found),
                "Put the file back as it was, or begin a new run with the same options.",
                "resume-changed");
          }
        });
  }

  private static String nameOf(String file) {
    return String.valueOf(Path.of(file).getFileName());
  }

  private static Versions versions() {
    return Versions.current(Engine.version());
  }

  private static Machine machine(Device device) {
    return Machine.current(device == Device.CUDA ? "cuda" : null)
        .computing(Engine.threads(), Engine.cpuCapability());
  }

  private void describe() {
    workload.describe(directory.path());
    try {
      tokenizer.save(directory.path());
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory.path(), e);
    }
  }

  /** Base model, and the adapter that the training goes on from. */
  private List<Path> startingFiles() {
    Path adapter = options.model().adapter();
    List<Path> all = new ArrayList<>(files.digested());
    if (adapter != null) {
      all.add(Adapters.in(adapter));
    }
    return all;
  }

  RunLog log(Tuner tuner, int steps, Checkpoints from) {
    Event.Checkpoint last =
        from.step() == 0
            ? null
            : RunLog.checkpoint(from.step(), from.seconds(), from.path(from.step()));
    TensorBoardLog view =
        options.report().tensorboard()
            ? new TensorBoardLog(directory.tensorboard(), messages)
            : null;
    MetricsLog metrics = directory.resumeMetrics(last);
    AdapterRanks told = last == null ? RunLog.NONE : RunLog.lastOf(directory.readMetrics());
    RunLog log = new RunLog(metrics, view, from.seconds(), () -> AdapterRanks.quick(tuner), told);
    log.began(
        new Event.Start(
            from.step(),
            OffsetDateTime.now(ZoneId.systemDefault()).toString(),
            workload.name(),
            Recipes.methodName(options),
            steps,
            workload.examples(),
            tuner.ranks().size(),
            tuner.liveParameters()));
    return log;
  }

  /** Writes what was trained: whatever comes after it can be made again. */
  void saveAdapter(Transformer model, Tuner tuner) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      AdapterStore.write(
          directory.adapter(), files.name(), model, tuner, AdapterFiles.Mode.COMPACT);
    }
  }

  /** Writes what came out. */
  FineTuned end(Tuner tuner, Training training, int examples, long parameters) {
    Result result = result(AdapterRanks.of(tuner), training, examples, parameters);
    directory.writeManifest(
        manifest.end(OffsetDateTime.now(ZoneId.systemDefault()), Machine.peakResidentBytes()));
    directory.writeResult(result); // last: who finds it finds all
    ReportFile.attempt(
        directory.report(), () -> RunPage.write(directory), messages, "./aroma report tries again");
    if (training.failure() != null) {
      throw diverged(training);
    }
    return new FineTuned(directory.path(), result);
  }

  private Result result(AdapterRanks delivered, Training training, int examples, long parameters) {
    return new Result(
        workload.name(),
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
        delivered.ranks(),
        delivered.effective(),
        delivered.total(),
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
