package dev.aroma.io;

import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a model, wherever they are: {@code model.safetensors}, its shards, or an ONNX
 * export of a BERT encoder.
 */
public final class Checkpoint {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final List<String> ONNX = List.of("model.onnx", "onnx/model.onnx");
  private static final List<String> PICKLED =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  private Checkpoint() {}

  /**
   * Opens the weights.
   *
   * @param path a Hugging Face directory, or a {@code .safetensors}, index or {@code .onnx} file
   */
  public static TensorSource open(Path path) {
    if (Files.isDirectory(path)) {
      return openFile(weightsIn(path).orElseThrow(() -> noWeights(path)));
    }
    return openFile(path);
  }

  private static TensorSource openFile(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".onnx")) {
      return OnnxBert.open(file);
    }
    return name.endsWith(".json") ? ShardedSafetensors.open(file) : SafetensorsFile.open(file);
  }

  /** The file to read the weights from, safetensors before ONNX. */
  private static Optional<Path> weightsIn(Path directory) {
    for (String name : List.of(SINGLE, INDEX)) {
      if (Files.exists(directory.resolve(name))) {
        return Optional.of(directory.resolve(name));
      }
    }
    return onnxIn(directory);
  }

  static Optional<Path> onnxIn(Path directory) {
    return ONNX.stream().map(directory::resolve).filter(Files::exists).findFirst();
  }

  private static InputException noWeights(Path directory) {
    for (String name : PICKLED) {
      if (Files.exists(directory.resolve(name))) {
        return new InputException(
            directory + ": has its weights only as " + name + ", expected " + SINGLE,
            "Pickle files can run code, so they are not read. Convert once with Python: "
                + "from transformers import AutoModel; "
                + "AutoModel.from_pretrained('DIR').save_pretrained('NEW_DIR') — with the model's "
                + "own Auto class, so that its head is kept.",
            "pickled-weights");
      }
    }
    return new InputException(
        directory + ": no weights; expected " + SINGLE + ", " + INDEX + " or model.onnx",
        "Complete the download, or point at the directory that holds the weights.",
        "no-weights");
  }
}
