package dev.aroma.io;

import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's directory as Hugging Face lays it out: {@code config.json}, weights, tokenizer files.
 *
 * <p>A directory with an ONNX export and no {@code config.json} is fine too: the config is then
 * derived from the graph.
 */
public final class HfDirectory {
  private final Path path;
  private final JsonConfig config;

  private HfDirectory(Path path, JsonConfig config) {
    this.path = path;
    this.config = config;
  }

  /** Whether a directory holds a model: its config, or an ONNX export. */
  public static boolean isIn(Path path) {
    return Files.exists(path.resolve("config.json")) || Checkpoint.onnxIn(path).isPresent();
  }

  /** Opens a directory and reads its config; weights are opened by {@link #weights}. */
  public static HfDirectory open(Path path) {
    if (!Files.isDirectory(path)) {
      String what = Files.exists(path) ? "is a file" : "does not exist";
      throw new InputException(
          "model directory " + path + " " + what + "; expected a directory with config.json",
          "Give a directory, or a Hugging Face id such as org/name.",
          "no-such-model");
    }
    return new HfDirectory(path, readConfig(path));
  }

  private static JsonConfig readConfig(Path path) {
    Path file = path.resolve("config.json");
    if (Files.exists(file)) {
      return JsonConfig.read(file);
    }
    Path onnx = Checkpoint.onnxIn(path).orElseThrow(() -> notAModel(path));
    try (OnnxBert bert = OnnxBert.open(onnx)) {
      return bert.config();
    }
  }

  private static InputException notAModel(Path path) {
    boolean adapter = Files.exists(path.resolve("adapter_config.json"));
    return new InputException(
        path
            + ": not a model directory: it has no config.json"
            + (adapter ? "; it holds a PEFT adapter" : ""),
        adapter
            ? "Give the base model's directory as the model, and this one as the adapter."
            : "Point at the directory that config.json lies in.",
        "not-a-model");
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  /** Its {@code config.json}, or what its ONNX export says in place of one. */
  public JsonConfig config() {
    return config;
  }

  /** Opens the weights; the caller closes them. */
  public TensorSource weights() {
    return Checkpoint.open(path);
  }

  /** Its ONNX export, where it has one, even if the weights are read from elsewhere. */
  public Optional<Path> onnx() {
    return Checkpoint.onnxIn(path);
  }

  /** A file of the directory by name, such as {@code tokenizer.json}, where it is there. */
  public Optional<Path> file(String name) {
    Path file = path.resolve(name);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }
}
