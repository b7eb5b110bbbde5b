package dev.aroma.recipe;

import dev.aroma.data.BatchSource;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.model.Transformer;
import dev.aroma.peft.Method;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.RunLock;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Checkpoints;
import dev.aroma.train.Trainer;
import dev.aroma.train.Training;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One run, wired from its options: reads, checks, trains, and writes the run's directory. */
public final class FineTuning {
  /** Free bytes without which a run is not begun: adapter, head, tokenizer and log fit. */
  private static final long LEAST_SPACE = 64L << 20;

  private final RunOptions options;
  private final Watch watch;
  private final Resumption resumption; // null: the run begins

  private FineTuning(RunOptions options, Watch watch, Resumption resumption) {
    this.options = options;
    this.watch = watch;
    this.resumption = resumption;
  }

  /**
   * Runs to the end.
   *
   * @param options checked, as {@link Recipes#bind} gives them
   * @param command words of the command line, for the manifest
   * @param watch who is told
   * @return where the results are, and what they are
   * @throws InputException if something about model, data or output is wrong (before training), or
   *     if the loss was not a number (after the last good state was saved)
   */
  public static FineTuned run(RunOptions options, List<String> command, Watch watch) {
    return new FineTuning(options, watch, null).run(command);
  }

  /**
   * Lets a run that was cut off go on from its newest good checkpoint, to the same end as if it had
   * never stopped; from its first step if it has none yet.
   *
   * @param run its directory
   * @throws InputException as {@link #run}, and if the run is over, or model or data are not what
   *     they were
   */
  public static FineTuned resume(Path run, List<String> command, Watch watch) {
    Resumption resumption = Resumption.of(run);
    return new FineTuning(resumption.options(), watch, resumption).run(command);
  }

  private FineTuned run(List<String> command) {
    Device device = options.engine().where();
    ModelFiles files = ModelFiles.find(options.model().path(), watch.messages());
    RunOptions settled = resumption == null ? settled(device, files) : options;
    return new FineTuning(settled, watch, resumption)
        .run(workload(settled, watch), files, device, command);
  }

  private RunOptions settled(Device device, ModelFiles files) {
    long width = files.directory().config().optInt("hidden_size", 0);
    return SettledPrecision.of(options, device, width, watch.messages());
  }

  private <M extends Transformer> FineTuned run(
      Workload<M> workload, ModelFiles files, Device device, List<String> command) {
    workload.messages().forEach(watch.messages());
    M model = declare(workload, files);
    int steps = Trainer.totalSteps(workload.examples(), options.train());
    try (TextTokenizer tokenizer = workload.tokenizer(files, model)) {
      RunDirectory directory = directory(workload.name());
      RunWriter writer =
          new RunWriter(directory, options, files, workload, tokenizer, watch.messages());
      Engine.seed(options.train().seed());
      try (RunLock lock = RunLock.take(directory);
          Checkpoints checkpoints = checkpoints(directory);
          Tuner tuner = attach(workload, files, model, device, steps)) {
        begin(writer, command, device, checkpoints.step());
        Workload.Ready ready = workload.prepare(model, files, tokenizer, device, directory.path());
        tellTruncated(ready.train());
        return train(model, tuner, ready, steps, device, writer, checkpoints);
      }
    } finally {
      model.unload();
    }
  }

  /**
   * Does all that {@link #run} does before the first step, and writes nothing.
   *
   * @throws InputException as {@link #run} would
   */
  static Plan check(RunOptions options, Watch watch) {
    FineTuning tuning = new FineTuning(options, watch, null);
    ModelFiles files = ModelFiles.find(options.model().path(), watch.messages());
    return tuning.check(workload(options, watch), files);
  }

  /** What the task needs. */
  private static Workload<?> workload(RunOptions options, Watch watch) {
    return Tasks.writes(options.task().name())
        ? InstructionWorkload.load(options, watch.messages())
        : ClassificationWorkload.load(options);
  }

  private <M extends Transformer> Plan check(Workload<M> workload, ModelFiles files) {
    M model = declare(workload, files);
    if (options.output() != null) {
      RunDirectory.requireFree(options.output(), LEAST_SPACE);
    }
    Device device = options.engine().where();
    int steps = Trainer.totalSteps(workload.examples(), options.train());
    try (TextTokenizer tokenizer = workload.tokenizer(files, model);
        Tuner tuner = attach(workload, files, model, device, steps)) {
      Workload.Ready ready = workload.prepare(model, files, tokenizer, device, Path.of(""));
      return Plan.of(options, workload.name(), files.name(), model, tuner, steps, ready);
    } finally {
      model.unload();
    }
  }

  private <M extends Transformer> M declare(Workload<M> workload, ModelFiles files) {
    M model = workload.declare(files);
    if (options.task().maxLength() > model.maxLength()) {
      throw tooLong(options, model);
    }
    return model;
  }

  /** The maximum length is more than the model's positions. */
  static InputException tooLong(RunOptions options, Transformer model) {
    return new InputException(
        "task.max-length: expected at most %d, the model's positions, found %d"
            .formatted(model.maxLength(), options.task().maxLength()),
        "give a smaller --max-length; longer texts are cut off there",
        "max-length");
  }

  private Checkpoints checkpoints(RunDirectory directory) {
    return resumption == null
        ? Checkpoints.in(directory.checkpoints(), options.train())
        : Checkpoints.resume(directory.checkpoints(), options.train(), watch.messages());
  }

  private void begin(RunWriter writer, List<String> command, Device device, int step) {
    if (resumption == null) {
      writer.begin(command, device);
    } else {
      writer.resume(command, device, step);
      watch
          .messages()
          .accept(
              step == 0
                  ? "there is no checkpoint yet: it begins again with the first step"
                  : "it goes on after step " + step);
    }
  }

  private RunDirectory directory(String task) {
    RunDirectory directory = resumption == null ? create(task) : resumption.directory();
    directory.requireSpace(LEAST_SPACE);
    return directory;
  }

  private RunDirectory create(String task) {
    return options.output() != null
        ? RunDirectory.create(options.output())
        : RunDirectory.create(
            Path.of("runs"),
            task,
            Recipes.methodName(options),
            LocalDateTime.now(ZoneId.systemDefault()));
  }

  private Tuner attach(
      Workload<?> workload, ModelFiles files, Transformer model, Device device, int steps) {
    DType type = options.engine().type(device);
    Method method = options.method().method();
    List<String> notes = Plan.notes(options, steps); // refuses before weights are read
    notes.forEach(note -> watch.messages().accept("note: " + note));
    List<String> fresh =
        files.load(
            model, device, ModelFiles.types(model, method::trains, type), options.train().seed());
    model.computeType(type);
    if (!fresh.isEmpty()) {
      watch.messages().accept("new, to be trained: " + String.join(", ", fresh));
    }
    try (StartingPoint start =
        StartingPoint.of(
            options.model().adapter(), model, method, workload.labels(), watch.messages())) {
      return method.attach(
          model,
          new Setup(
              new Rng(options.train().seed()).stream("method"),
              device,
              steps,
              model.head(),
              options.train().weightDecay(),
              start.changes()));
    }
  }

  private FineTuned train(
      Transformer model,
      Tuner tuner,
      Workload.Ready ready,
      int steps,
      Device device,
      RunWriter writer,
      Checkpoints checkpoints) {
    try (RunLog log = writer.log(tuner, steps, checkpoints)) {
      List<TrainingListener> listeners = new ArrayList<>(List.of(log));
      listeners.addAll(watch.listeners());
      Trainer trainer =
          new Trainer(
              model,
              tuner,
              ready.train(),
              ready.objective(),
              ready.evaluation(),
              options.train(),
              steps,
              device,
              listeners,
              watch.stop());
      Training training =
          trainer.run(
              () -> checkpoints.makingRoom(() -> writer.saveAdapter(model, tuner)), checkpoints);
      log.ended(training);
      return writer.end(
          tuner,
          training,
          ready.evaluation().delivered().examples(),
          parameters(model, path -> true));
    }
  }

  /** Number of elements of a model's parameters, of those whose paths are counted. */
  static long parameters(Transformer model, Predicate<String> counted) {
    return model.parameters().entrySet().stream()
        .filter(entry -> counted.test(entry.getKey()))
        .mapToLong(entry -> entry.getValue().count())
        .sum();
  }

  private void tellTruncated(BatchSource split) {
    if (split.truncated() > 0) {
      watch
          .messages()
          .accept(
              "%d of %d training texts are cut off at %d tokens (--max-length)"
                  .formatted(split.truncated(), split.size(), options.task().maxLength()));
    }
  }
}
