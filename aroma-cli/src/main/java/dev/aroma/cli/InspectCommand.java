package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.HfDirectory;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aroma inspect}: what is in a directory. */
@Command(
    name = "inspect",
    description = {
      "Show what is in a run, an adapter or a model: ranks, effective ranks, parameters, scores.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A run, an adapter (ours or PEFT's), or a model.")
  private Path directory;

  @Option(names = "--json", description = "Print JSON, with all digits.")
  private boolean json;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Inspection inspection = inspect();
    if (json) {
      terminal.json(inspection.json());
    } else {
      terminal.out().print(inspection.text(terminal.unicode(), terminal.outColour()));
    }
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private Inspection inspect() {
    if (AdapterFiles.isIn(directory)) {
      return AdapterInspection.of(directory);
    }
    if (RunDirectory.holdsRun(directory)) {
      return RunInspection.of(directory);
    }
    if (HfDirectory.isIn(directory)) {
      return ModelInspection.of(directory);
    }
    String found = Files.isDirectory(directory) ? "none of them" : "no such directory";
    throw new InputException(
        "Expected a run (config.yaml), an adapter (adapter_config.json) or a model (config.json or"
            + " model.onnx), found %s: %s.".formatted(found, directory),
        "Give the directory that holds one of these files.",
        "inspect-directory");
  }
}
