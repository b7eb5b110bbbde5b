package dev.aroma.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A task of instructions with its data.
 *
 * @param name its name in {@link Tasks}
 * @param template the words around an instruction
 * @param train what is learned from
 * @param dev what the loss is judged on
 * @param benchmarks questions with listed answers that the delivered model is judged by; none for a
 *     person's own files
 * @param files the files that were read, for digests
 * @param notes what a person should know about how the data were read
 */
public record InstructionTask(
    String name,
    PromptTemplate template,
    List<Instruction> train,
    List<Instruction> dev,
    List<Benchmark> benchmarks,
    List<Path> files,
    List<String> notes) {
  /** Copies the lists. */
  public InstructionTask {
    train = List.copyOf(train);
    dev = List.copyOf(dev);
    benchmarks = List.copyOf(benchmarks);
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /**
   * A file to judge a trained model on, all of it.
   *
   * @param options a task of a person's own files; its data are the file
   * @return a task without training examples
   */
  public static InstructionTask judging(TaskOptions options) {
    PromptTemplate template = PromptTemplate.of(options.instructions().prompt());
    List<Instruction> all = InstructionRows.read(options.data(), template);
    List<Path> files = List.of(options.data());
    return new InstructionTask(
        options.name(), template, List.of(), all, List.of(), files, List.of());
  }

  /** The same task with a fixed random sample of the training examples; all of them for 0. */
  public InstructionTask limited(int limit) {
    return new InstructionTask(
        name, template, Sample.of(train, limit), dev, benchmarks, files, notes);
  }

  /** One line a split. */
  public List<String> summary() {
    return List.of(
        "train: %d instructions".formatted(train.size()),
        "dev: %d instructions".formatted(dev.size()));
  }
}
