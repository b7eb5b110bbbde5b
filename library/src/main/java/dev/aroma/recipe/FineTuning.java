package dev.aroma.recipe;

import dev.aroma.data.BatchSource;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.model.Transformer;
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
    ModelFiles files = ModelFiles.find(options.model().path(), watch.messages());
    return Tasks.writes(options.task().name())
        ? run(InstructionWorkload.load(options, watch.messages()), files, device, command)
        : run(ClassificationWorkload.load(options), files, device, command);
  }

  private <M extends Transformer> FineTuned run(
      Workload<M> workload, ModelFiles files, Device device, List<String> command) {
    workload.messages().forEach(watch.messages());
    M model = workload.declare(files);
    requireLength(model);
    int steps = Trainer.totalSteps(workload.examples(), options.train());
    try (TextTokenizer tokenizer = workload.tokenizer(files, model)) {
      RunDirectory directory = createDirectory(workload.name());
      RunWriter writer =
          new RunWriter(directory, options, files, workload, tokenizer, watch.messages());
      Engine.seed(options.train().seed());
      try (Tuner tuner = attach(files, model, device, steps)) {
        writer.begin(command, device);
        Workload.Ready ready = workload.prepare(model, files, tokenizer, device, directory.path());
        tellTruncated(ready.train());
        return train(model, tuner, ready, steps, device, writer);
      }
    } finally {
      model.unload();
    }
  }

  private void requireLength(Transformer model) {
    if (options.task().maxLength() > model.maxLength()) {
      throw new InputException(
          "task.max-length: expected at most %d, the model's positions, found %d"
              .formatted(model.maxLength(), options.task().maxLength()),
          "give a smaller --max-length; longer texts are cut off there",
          "max-length");
    }
  }

  private RunDirectory createDirectory(String task) {
    RunDirectory directory =
        options.output() != null
            ? RunDirectory.create(options.output())
            : RunDirectory.create(
                Path.of("runs"),
                task,
                Recipes.methodName(options),
                LocalDateTime.now(ZoneId.systemDefault()));
    directory.requireSpace(LEAST_SPACE);
    return directory;
  }

  private Tuner attach(ModelFiles files, Transformer model, Device device, int steps) {
    DType type = options.engine().type(device);
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
            steps,
            model.head(),
            options.train().weightDecay()));
  }

  private FineTuned train(
      Transformer model,
      Tuner tuner,
      Workload.Ready ready,
      int steps,
      Device device,
      RunWriter writer) {
    try (RunLog log = writer.log(tuner, steps)) {
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
      Training training = trainer.run(() -> writer.saveAdapter(model, tuner));
      log.ended(training);
      return writer.end(
          tuner, training, ready.evaluation().delivered().examples(), parameters(model));
    }
  }

  private static long parameters(Transformer model) {
    return model.parameters().values().stream().mapToLong(Parameter::count).sum();
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
