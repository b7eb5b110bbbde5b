package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.HfDirectory;
import dev.aroma.report.RankPicture;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

  @Option(
      names = "--image",
      paramLabel = "FILE.png|FILE.svg",
      description = "Also draw the map of ranks and effective ranks over layers and matrices.")
  private Path image;

  @Spec private CommandSpec spec;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    requireImage();
    Inspection inspection = inspect();
    if (image != null) {
      picture(inspection).write(image);
    }
    if (json) {
      terminal.json(inspection.json());
    } else {
      terminal.out().print(inspection.text(terminal.unicode(), terminal.outColour()));
    }
    terminal.flush();
    if (image != null) {
      terminal.err().println("rank map in " + Commands.shown(image));
    }
    return CommandLine.ExitCode.OK;
  }

  /** Better told before a large model is read. */
  private void requireImage() {
    try {
      if (image != null) {
        RankPicture.check(image);
      }
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private RankPicture picture(Inspection inspection) {
    if (inspection.ranks().isEmpty()) {
      throw new InputException(
          "Expected ranks to draw, found none in %s: its method has none, or it is a model."
              .formatted(directory),
          "Give a run or adapter of a method with ranks, such as aroma, lora or adalora.",
          "inspect-image");
    }
    String name = String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    return new RankPicture(name, inspection.ranks(), inspection.effective());
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
