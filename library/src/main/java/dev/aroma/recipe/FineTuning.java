package dev.aroma.recipe;

import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Task;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Method;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Evaluator;
import dev.aroma.train.Trainer;
import dev.aroma.train.Training;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** One run, wired from its options: reads, checks, trains, and writes the run's directory. */
public final class FineTuning {
  /** Free bytes without which a run is not begun: adapter, head, tokenizer and log fit. */
  private static final long LEAST_SPACE = 64L << 20;

  private final RunOptions options;
  private final Watch watch;

  private FineTuning(RunOptions options, Watch watch) {
    this.options = options;
    this.watch = watch;
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
    return new FineTuning(options, watch).run(command);
  }

  private FineTuned run(List<String> command) {
    Device device = options.engine().where();
    DType type = options.engine().type(device);
    ModelFiles files = ModelFiles.find(options.model().path(), watch.messages());
    Task task = Tasks.load(options.task());
    task.notes().forEach(watch.messages());
    task.summary().forEach(watch.messages());
    SequenceClassifier model = files.declare(task.outputs(), options.model().dropout());
    requireLength(model);
    try (TextTokenizer tokenizer = files.tokenizer(model, options.task().maxLength())) {
      RunDirectory directory = createDirectory(task);
      RunWriter writer = new RunWriter(directory, options, files, task, tokenizer);
      Engine.seed(options.train().seed());
      try (Tuner tuner = attach(files, model, device, type, task)) {
        writer.begin(command, device);
        return train(model, tuner, task, tokenizer, device, writer);
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
    return new FineTuning(options, watch).check();
  }

  private Plan check() {
    Device device = options.engine().where();
    ModelFiles files = ModelFiles.find(options.model().path(), watch.messages());
    Task task = Tasks.load(options.task());
    SequenceClassifier model = files.declare(task.outputs(), options.model().dropout());
    requireLength(model);
    if (options.output() != null) {
      RunDirectory.requireFree(options.output(), LEAST_SPACE);
    }
    try (TextTokenizer tokenizer = files.tokenizer(model, options.task().maxLength());
        Tuner tuner = attach(files, model, device, options.engine().type(device), task)) {
      evaluator(task, tokenizer, options, device); // the dev texts fit the tokenizer too
      return plan(files, task, model, tuner, EncodedSplit.of(task.train(), tokenizer));
    } finally {
      model.unload();
    }
  }

  private Plan plan(
      ModelFiles files, Task task, SequenceClassifier model, Tuner tuner, EncodedSplit train) {
    long head =
        model.parameters().entrySet().stream()
            .filter(entry -> model.inHead(entry.getKey()))
            .mapToLong(entry -> entry.getValue().count())
            .sum();
    long trainable = head + tuner.liveParameters();
    List<String> notes = new ArrayList<>();
    int steps = steps(task);
    if (options.train().schedule().warmup() >= steps) {
      notes.add(
          "train.schedule.warmup (%d) takes all of the %d steps: the learning rate never peaks"
              .formatted(options.train().schedule().warmup(), steps));
    }
    if (train.truncated() > 0) {
      notes.add(
          "%d of %d training texts are cut off at %d tokens"
              .formatted(train.truncated(), train.size(), options.task().maxLength()));
    }
    int dev = task.dev().stream().mapToInt(split -> split.size()).sum();
    return new Plan(
        files.name(),
        parameters(model),
        task.name(),
        train.size(),
        dev,
        Recipes.methodName(options),
        trainable,
        tuner.ranks().size(),
        steps,
        trainable * Float.BYTES,
        notes);
  }

  private void requireLength(SequenceClassifier model) {
    if (options.task().maxLength() > model.maxLength()) {
      throw new InputException(
          "task.max-length: expected at most %d, the model's positions, found %d"
              .formatted(model.maxLength(), options.task().maxLength()),
          "give a smaller --max-length; longer texts are cut off there",
          "max-length");
    }
  }

  private RunDirectory createDirectory(Task task) {
    RunDirectory directory =
        options.output() != null
            ? RunDirectory.create(options.output())
            : RunDirectory.create(
                Path.of("runs"),
                task.name(),
                Recipes.methodName(options),
                LocalDateTime.now(ZoneId.systemDefault()));
    directory.requireSpace(LEAST_SPACE);
    return directory;
  }

  private Tuner attach(
      ModelFiles files, SequenceClassifier model, Device device, DType type, Task task) {
    Method method = options.method().method();
    List<String> fresh =
        files.load(
            model, device, ModelFiles.types(model, method::trains, type), options.train().seed());
    model.computeType(type);
    if (!fresh.isEmpty()) {
      watch.messages().accept("new, to be trained: " + String.join(", ", fresh));
    }
    long seed = options.train().seed();
    return method.attach(
        model,
        new Setup(
            new Rng(seed).stream("method"),
            device,
            steps(task),
            model.head(),
            options.train().weightDecay()));
  }

  private int steps(Task task) {
    return Trainer.totalSteps(task.train().size(), options.train());
  }

  private FineTuned train(
      SequenceClassifier model,
      Tuner tuner,
      Task task,
      TextTokenizer tokenizer,
      Device device,
      RunWriter writer) {
    EncodedSplit train = EncodedSplit.of(task.train(), tokenizer);
    tellTruncated(train);
    Evaluator evaluator = evaluator(task, tokenizer, options, device);
    try (RunLog log = writer.log(tuner, task, steps(task))) {
      List<TrainingListener> listeners = new ArrayList<>(List.of(log));
      listeners.addAll(watch.listeners());
      Trainer trainer =
          new Trainer(
              model,
              tuner,
              train,
              evaluator,
              task.regression(),
              options.train(),
              steps(task),
              device,
              listeners,
              watch.stop());
      Training training = trainer.run(() -> writer.saveAdapter(model, tuner));
      log.ended(training);
      return writer.end(tuner, training, evaluator.examples(), parameters(model));
    }
  }

  private static long parameters(SequenceClassifier model) {
    return model.parameters().values().stream().mapToLong(Parameter::count).sum();
  }

  private void tellTruncated(EncodedSplit split) {
    if (split.truncated() > 0) {
      watch
          .messages()
          .accept(
              "%d of %d training texts are cut off at %d tokens (--max-length)"
                  .formatted(split.truncated(), split.size(), options.task().maxLength()));
    }
  }

  /** The evaluation of a task's dev splits. */
  static Evaluator evaluator(
      Task task, TextTokenizer tokenizer, RunOptions options, Device device) {
    List<EncodedSplit> dev =
        task.dev().stream().map(split -> EncodedSplit.of(split, tokenizer)).toList();
    return new Evaluator(
        dev, task.metrics(), task.outputs(), options.train().evalBatchSize(), device);
  }
}
