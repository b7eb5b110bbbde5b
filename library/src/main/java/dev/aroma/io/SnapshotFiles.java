package dev.aroma.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named numbers and named tensors as a {@link SealedDirectory}: {@code state.json} and {@code
 * state.safetensors}. Numbers come back bit by bit; those that JSON has no way to write stand there
 * as text.
 */
public final class SnapshotFiles implements AutoCloseable {
  private static final String FORMAT = "aroma-checkpoint";
  private static final int VERSION = 1;
  private static final String STATE = "state.json";
  private static final String TENSORS = "state.safetensors";
  private static final List<String> SPECIAL = List.of("NaN", "Infinity", "-Infinity");

  private final Map<String, double[]> numbers;
  private final SafetensorsFile tensors;

  private SnapshotFiles(Map<String, double[]> numbers, SafetensorsFile tensors) {
    this.numbers = numbers;
    this.tensors = tensors;
  }

  /** Writes a directory, tensor by tensor, whole or not at all. */
  public static void write(
      Path directory, Map<String, double[]> numbers, Collection<RawTensor> tensors) {
    SealedDirectory.write(
        directory,
        inside -> {
          SafetensorsWriter.write(inside.resolve(TENSORS), tensors);
          AtomicFile.writeText(inside.resolve(STATE), json(numbers));
        });
  }

  private static String json(Map<String, double[]> numbers) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("format", FORMAT).put("version", VERSION);
    ObjectNode all = root.putObject("numbers");
    numbers.forEach((name, values) -> fill(all.putArray(name), values));
    return root + "\n";
  }

  private static void fill(ArrayNode array, double[] values) {
    for (double value : values) {
      if (Double.isFinite(value)) {
        array.add(value);
      } else {
        array.add(Double.toString(value));
      }
    }
  }

  /**
   * Opens a directory after checking that it is what was written.
   *
   * @throws InputException if it is damaged or of a format that we do not know
   */
  public static SnapshotFiles open(Path directory) {
    Path file = directory.resolve(STATE);
    JsonConfig state = JsonConfig.read(file);
    requireFormat(state);
    SealedDirectory.verify(directory, List.of(STATE, TENSORS));
    Map<String, double[]> numbers = new LinkedHashMap<>();
    JsonConfig all = state.object("numbers").orElseThrow(() -> state.wrong("numbers", "an object"));
    ObjectNode json = all.json();
    for (String name : all.keys()) {
      numbers.put(name, values(all, name, json.get(name)));
    }
    return new SnapshotFiles(numbers, SafetensorsFile.open(directory.resolve(TENSORS)));
  }

  private static void requireFormat(JsonConfig state) {
    String format = state.optString("format", "none");
    int version = format.equals(FORMAT) ? state.requireInt("version") : 0;
    if (version != VERSION) {
      throw new InputException(
          "%s: expected a checkpoint of format %s, version %d, found %s, version %d"
              .formatted(state.source(), FORMAT, VERSION, format, version),
          "Go on with the version of Aroma that wrote it, or begin a new run.",
          "checkpoint-version");
    }
  }

  private static double[] values(JsonConfig where, String name, JsonNode array) {
    double[] values = new double[array.size()];
    Iterator<JsonNode> elements = array.elements();
    for (int i = 0; i < values.length; i++) {
      JsonNode element = elements.next();
      boolean special = element.isTextual() && SPECIAL.contains(element.textValue());
      if (!array.isArray() || !(element.isNumber() || special)) {
        throw where.wrong(name, "a list of numbers");
      }
      values[i] = special ? Double.parseDouble(element.textValue()) : element.doubleValue();
    }
    return values;
  }

  /** The numbers by name. */
  public Map<String, double[]> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  /** The tensors by name; closed with this. */
  public TensorSource tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.close();
  }
}
