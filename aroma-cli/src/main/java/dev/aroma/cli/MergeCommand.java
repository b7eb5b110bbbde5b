package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.recipe.SavedLanguageModel;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aroma merge}: base model and adapter as one model. */
@Command(
    name = "merge",
    description = {
      "Write base model and adapter as one Hugging Face model that needs neither.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class MergeCommand implements Callable<Integer> {
  /** Rounding to bf16 is for whoever serves the model to decide. */
  private static final EngineOptions EXACT = new EngineOptions("cpu", "fp32");

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
    RunDirectory.open(run);
    requireEmpty();
    if (SavedLanguageModel.isFor(run)) {
      try (SavedLanguageModel saved = SavedLanguageModel.ofRun(run, EXACT)) {
        saved.writeMerged(output);
      }
    } else {
      try (SavedClassifier saved = SavedClassifier.load(run, EXACT)) {
        saved.writeMerged(output);
      }
    }
    terminal.out().println("Wrote the merged model to " + Commands.shown(output) + ":");
    for (Path file : files()) {
      terminal.out().println(Facts.format("  %-32s %,14d bytes", file.getFileName(), size(file)));
    }
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private void requireEmpty() {
    if (Files.isRegularFile(output) || (Files.isDirectory(output) && !files().isEmpty())) {
      String found = Files.isDirectory(output) ? files().get(0).getFileName().toString() : "a file";
      throw new InputException(
          "Expected a new or empty directory for the merged model, found %s in the way: %s."
              .formatted(found, output),
          "Give --output another directory.",
          "output-not-empty");
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(output)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new InputException(
          "Cannot list %s: %s.".formatted(output, e.getMessage()),
          "Give --output a directory that you may read and write.",
          "output-not-writable",
          e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
