package dev.aroma.recipe;

import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Task;
import dev.aroma.data.Tasks;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import dev.aroma.train.Evaluation;
import dev.aroma.train.Evaluator;
import dev.aroma.train.TrainOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Texts or pairs of texts, each with a class or a number. */
final class ClassificationWorkload implements Workload<SequenceClassifier> {
  private final RunOptions options;
  private final Task task;

  private ClassificationWorkload(RunOptions options, Task task) {
    this.options = options;
    this.task = task;
  }

  /** Reads the data. */
  static ClassificationWorkload load(RunOptions options) {
    return new ClassificationWorkload(options, Tasks.load(options.task()));
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public List<Path> files() {
    return task.files();
  }

  @Override
  public List<String> messages() {
    return Stream.concat(task.notes().stream(), task.summary().stream()).toList();
  }

  @Override
  public List<String> labels() {
    return task.labels();
  }

  @Override
  public int examples() {
    return task.train().size();
  }

  @Override
  public SequenceClassifier declare(ModelFiles files) {
    return files.classifier(task.outputs(), options.model().dropout());
  }

  @Override
  public TextTokenizer tokenizer(ModelFiles files, SequenceClassifier model) {
    return files.tokenizer(model, options.task().maxLength());
  }

  @Override
  public Ready prepare(
      SequenceClassifier model,
      ModelFiles files,
      TextTokenizer tokenizer,
      Device device,
      Path directory) {
    return new Ready(
        EncodedSplit.of(task.train(), tokenizer),
        new ClassificationLoss(model, device, task.regression(), options.engine().graphs()),
        evaluator(model, task, tokenizer, options.train(), device));
  }

  /** The evaluation of a task's dev splits. */
  static Evaluation evaluator(
      SequenceClassifier model,
      Task task,
      TextTokenizer tokenizer,
      TrainOptions options,
      Device device) {
    List<EncodedSplit> dev =
        task.dev().stream().map(split -> EncodedSplit.of(split, tokenizer)).toList();
    return new Evaluator(
        model, dev, task.metrics(), task.outputs(), options.evalBatchSize(), device);
  }

  @Override
  public void describe(Path directory) {
    new Labels(task.labels(), options.task().maxLength()).write(directory);
  }
}
