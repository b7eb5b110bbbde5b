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
