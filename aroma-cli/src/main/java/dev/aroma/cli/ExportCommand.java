package dev.aroma.cli;

import dev.aroma.recipe.Export;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code aroma export}: a run in the format of those who serve it. */
@Command(
    name = "export",
    description = {
      "Write a run for others to serve.",
      "",
      "  peft          a PEFT adapter, each module at its own rank (rank_pattern)",
      "  peft-padded   a LoRA of one rank, zero-padded: for servers that pass over",
      "                rank_pattern (vLLM, llama.cpp)",
      "  peft-adalora  low ranks as PEFT's type ADALORA (lora_A, lora_B, lora_E)",
      "  hf            base and adapter merged, a Hugging Face model in safetensors",
      "  onnx          the ONNX graph of the base model, with the merged weights",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description = "Of aroma train or import; for the PEFT formats also an adapter.")
  private Path run;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      converter = FormatName.class,
      description = "${COMPLETION-CANDIDATES}.")
  private Export.Format format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "New or empty; made if it is not there.")
  private Path output;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Of hf: most bytes of a file of weights, such as 2GB or 500MB; 5GB.")
  private Long shardSize;

  @Spec private CommandSpec spec;
  private final Terminal terminal;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (shardSize != null && format != Export.Format.HF) {
      throw new ParameterException(
          spec.commandLine(), "--shard-size goes with --to hf, found --to " + format + ".");
    }
    return write(terminal, run, format, shardSize == null ? Export.SHARD_BYTES : shardSize, output);
  }

  /** Writes it and tells what was written. */
  static int write(
      Terminal terminal, Path run, Export.Format format, long shardBytes, Path output) {
    List<String> notes = Export.write(run, format, shardBytes, output);
    terminal.out().println("Wrote " + named(format) + " to " + Commands.shown(output) + ":");
    for (Path file : files(output)) {
      terminal
          .out()
          .println(Facts.format("  %-32s %,14d bytes", output.relativize(file), size(file)));
    }
    notes.forEach(terminal.out()::println);
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private static String named(Export.Format format) {
    return switch (format) {
      case PEFT, PEFT_PADDED, PEFT_ADALORA -> "the PEFT adapter";
      case HF -> "the merged model";
      case ONNX -> "the ONNX model";
    };
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
