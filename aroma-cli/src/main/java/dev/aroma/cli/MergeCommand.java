package dev.aroma.cli;

import dev.aroma.recipe.Export;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aroma merge}: short for {@code aroma export --to hf}. */
@Command(
    name = "merge",
    description = {
      "Write base model and adapter as one Hugging Face model that needs neither.",
      "Short for aroma export --to hf.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class MergeCommand implements Callable<Integer> {
  @Option(names = "--run", required = true, paramLabel = "DIR", description = "Of aroma train.")
  private Path run;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "New or empty; made if it is not there.")
  private Path output;

  private final Terminal terminal;

  MergeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return ExportCommand.write(terminal, run, Export.Format.HF, Export.SHARD_BYTES, output);
  }
}
