package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Hands a run over to those who serve it, in a format of theirs. */
public final class Export {
  /** Most bytes of a file of weights where nobody says otherwise, as in transformers. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  /** Rounding to bf16 is for whoever serves the model to decide. */
  private static final EngineOptions EXACT = new EngineOptions("cpu", "fp32");

  /** What to write. */
  public enum Format {
    /** A PEFT adapter, each module at its own rank. */
    PEFT,
    /** A PEFT LoRA of one rank, zero-padded. */
    PEFT_PADDED,
    /** A PEFT adapter of type ADALORA. */
    PEFT_ADALORA,
    /** Base model and adapter as one Hugging Face model. */
    HF,
    /** The base model's ONNX graph with the merged weights. */
    ONNX;

    /** As it is given on a command line: {@code peft-padded}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private Export() {}

  /**
   * Writes a run in another format.
   *
   * @param run its directory; for the PEFT formats also an adapter by itself
   * @param shardBytes most bytes of a file of weights, for {@link Format#HF}
   * @param output new or empty; made if it is not there
   * @return what a person should know of it, a line each
   * @throws InputException if there is no run, the format cannot hold what it trained, or something
   *     is in the way
   */
  public static List<String> write(Path run, Format format, long shardBytes, Path output) {
    requireEmpty(output);
    return switch (format) {
      case HF -> merged(run, shardBytes, output);
      case ONNX -> onnx(run, output);
      default -> {
        PeftExport.write(Adapters.in(run), format, output);
        yield labels(run);
      }
    };
  }

  private static List<String> merged(Path run, long shardBytes, Path output) {
    RunDirectory.open(run);
    if (SavedLanguageModel.isFor(run)) {
      try (SavedLanguageModel saved = SavedLanguageModel.ofRun(run, EXACT)) {
        saved.writeMerged(output, shardBytes);
        return List.of();
      }
    }
    try (SavedClassifier saved = SavedClassifier.load(run, EXACT)) {
      saved.writeMerged(output, shardBytes);
      return List.of();
    }
  }

  private static List<String> onnx(Path run, Path output) {
    RunDirectory.open(run);
    try (SavedClassifier saved = SavedClassifier.load(run, EXACT)) {
      List<String> left = saved.writeOnnx(output);
      return left.isEmpty()
          ? List.of()
          : List.of(
              "The graph ends before the head, as it did; what was trained of that is in head/: "
                  + String.join(", ", left));
    }
  }

  /** PEFT's files do not say what the outputs mean. */
  private static List<String> labels(Path run) {
    Optional<Labels> labels = Labels.in(run);
    return labels.isEmpty() || labels.get().regression()
        ? List.of()
        : List.of(
            "Labels, in the order of the outputs: " + String.join(", ", labels.get().names()));
  }

  private static void requireEmpty(Path output) {
    Optional<Path> found = firstIn(output);
    if (found.isPresent()) {
      throw new InputException(
          "Expected a new or empty directory, found %s in the way: %s."
              .formatted(found.get().equals(output) ? "a file" : found.get().getFileName(), output),
          "Give --output another directory.",
          "output-not-empty");
    }
  }

  private static Optional<Path> firstIn(Path output) {
    if (Files.isRegularFile(output)) {
      return Optional.of(output);
    }
    if (!Files.exists(output)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(output)) {
      return files.sorted().findFirst();
    } catch (IOException e) {
      throw new InputException(
          "Cannot list %s: %s.".formatted(output, e.getMessage()),
          "Give --output a directory that you may read and write.",
          "output-not-writable",
          e);
    }
  }
}
