package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What PEFT has no format for, in one of ours: {@code aroma_adapter.json} and {@code
 * aroma_adapter.safetensors}. The base model's own tensors stand under their names there, those of
 * an adapter behind a layer as {@code <layer>.adapter.down.weight} and so on.
 *
 * @param baseModel id or path of the model that it belongs to; empty where unknown
 * @param activation of adapters behind layers; empty where there are none
 * @param tensors by name
 */
public record OwnAdapter(String baseModel, String activation, List<RawTensor> tensors) {
  static final String CONFIG = "aroma_adapter.json";
  static final String WEIGHTS = "aroma_adapter.safetensors";

  /** The file of a head alone, which needs no config. */
  public static final String HEAD = "head.safetensors";

  private static final String FORMAT = "aroma-adapter";
  private static final int VERSION = 1;

  /** Copies the list. */
  public OwnAdapter {
    tensors = List.copyOf(tensors);
  }

  /** Whether a directory holds one. */
  public static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(CONFIG));
  }

  /** Writes a directory that is complete or absent; an adapter that was there is replaced. */
  public void write(Path directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.put("base_model_name_or_path", baseModel).put("activation", activation);
    AdapterFiles.write(directory, CONFIG, json, WEIGHTS, tensors);
  }

  /**
   * Reads one.
   *
   * @throws InputException if a file is missing, damaged, or of a newer version
   */
  public static OwnAdapter read(Path directory) {
    JsonConfig json = JsonConfig.read(directory.resolve(CONFIG));
    if (!json.requireString("format").equals(FORMAT)) {
      throw json.wrong("format", "\"" + FORMAT + "\"");
    }
    if (json.requireInt("version") != VERSION) {
      throw json.wrong("version", VERSION + ", the one that this release reads");
    }
    try (SafetensorsFile weights = SafetensorsFile.open(directory.resolve(WEIGHTS))) {
      return new OwnAdapter(
          json.optString("base_model_name_or_path", ""),
          json.optString("activation", ""),
          weights.names().stream().map(weights::get).toList());
    }
  }
}
