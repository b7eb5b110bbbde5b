package dev.aroma.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A person's own instructions, as {@link InstructionRows} reads them; files are found as for the
 * task text. Without a file to judge on, a part is {@link HeldOut}.
 */
final class InstructionsTask implements InstructionSource {
  @Override
  public String name() {
    return "instructions";
  }

  @Override
  public String description() {
    return "Your own instructions and answers, as JSON or JSONL files";
  }

  @Override
  public InstructionTask load(TaskOptions options) {
    options.requireNoColumns();
    PromptTemplate template = PromptTemplate.of(options.instructions().prompt());
    return read(name(), template, TextFiles.of(options), List.of());
  }

  /** A task of a training file and perhaps one to judge on. */
  static InstructionTask read(
      String name, PromptTemplate template, TextFiles files, List<Benchmark> benchmarks) {
    Path train = files.train();
    List<Instruction> all = InstructionRows.read(train, template);
    if (files.dev() == null) {
      HeldOut parts = HeldOut.of(all, train);
      return new InstructionTask(
          name,
          template,
          parts.train(),
          parts.dev(),
          benchmarks,
          List.of(train),
          List.of(parts.note(train)));
    }
    return new InstructionTask(
        name,
        template,
        all,
        InstructionRows.read(files.dev(), template),
        benchmarks,
        List.of(train, files.dev()),
        List.of("judged on " + files.dev()));
  }
}
