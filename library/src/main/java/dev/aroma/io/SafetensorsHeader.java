package dev.aroma.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of a safetensors header: what tensors there are, not yet whether they fit. */
final class SafetensorsHeader {
  /** One tensor: offsets are relative to the end of the header, the end exclusive. */
  record Entry(String name, DType dtype, List<Long> shape, long begin, long end) {
    long[] sizes() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(String file) {
    this.file = file;
  }

  static SafetensorsHeader parse(String file, String json) {
    SafetensorsHeader header = new SafetensorsHeader(file);
    try (JsonParser parser = JSON.createParser(json)) {
      header.readObject(parser);
    } catch (IOException e) {
      String detail = e.getMessage().lines().findFirst().orElse("");
      throw bad(file, "the header is not the JSON that it should be: " + detail);
    }
    return header;
  }

  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  private void readObject(JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (name.equals("__metadata__")) {
        readMetadata(parser);
      } else {
        entries.put(name, readEntry(name, parser));
      }
    }
    require(parser.nextToken() == null, "there is something after the header's JSON object");
  }

  private void readMetadata(JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, "__metadata__ is not an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING, "__metadata__." + key + " is no string");
      metadata.put(key, parser.getText());
    }
  }

  private Entry readEntry(String name, JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, "tensor " + name + " is not an object");
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(name, parser);
        case "shape" -> shape = longs(name + ".shape", parser);
        case "data_offsets" -> offsets = longs(name + ".data_offsets", parser);
        default -> parser.skipChildren();
      }
    }
    require(dtype != null, "tensor " + name + " has no dtype");
    require(shape != null, "tensor " + name + " has no shape");
    require(offsets != null && offsets.size() == 2, "tensor " + name + " lacks two data_offsets");
    return new Entry(name, dtype, List.copyOf(shape), offsets.get(0), offsets.get(1));
  }

  private DType dtype(String name, JsonParser parser) throws IOException {
    String text = parser.getText();
    for (DType dtype : DType.values()) {
      if (dtype.safetensors().equals(text)) {
        return dtype;
      }
    }
    throw new InputException(
        "%s: tensor %s has dtype %s, expected one of %s"
            .formatted(file, name, text, Arrays.toString(DType.values())),
        "Convert the weights to F32, F16 or BF16; quantised checkpoints cannot be fine-tuned here.",
        "unknown-dtype");
  }

  private List<Long> longs(String where, JsonParser parser) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY, where + " is not an array");
    List<Long> result = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
      require(whole, where + " holds something that is no whole number");
      long value = parser.getLongValue(); // throws where it does not fit
      require(value >= 0, where + " holds a negative number: " + value);
      result.add(value);
    }
    return result;
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw bad(file, problem);
    }
  }

  static InputException bad(String file, String problem) {
    return new InputException(
        file + ": not a sound safetensors file: " + problem,
        "The file is damaged or incomplete; download or write it again.",
        "bad-safetensors");
  }
}
