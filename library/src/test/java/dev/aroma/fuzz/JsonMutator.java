package dev.aroma.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes one value, key or element of a JSON document, which stays JSON (bare NaN included). */
final class JsonMutator {
  /** At the edges of the types that numbers are read into, and beyond them. */
  static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "3",
          "-0",
          "255",
          "65536",
          "1073741824",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "1e18",
          "1e308",
          "1e999",
          "-1e999",
          "1e-320",
          "0.5",
          "NaN",
          "Infinity",
          "1" + "0".repeat(400));

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "x",
          "../../../etc/passwd",
          "/etc/passwd",
          "..\\x",
          "a\u0000b",
          "\uFEFF",
          "\uD83D\uDE00",
          "java.lang.Runtime",
          "(a+)+$",
          "[",
          "x".repeat(70_000));

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A value and where it is: a key of an object, or an index of an array. */
  private record Place(JsonNode parent, String key, int index) {
    JsonNode value() {
      return key == null ? parent.get(index) : parent.get(key);
    }

    void set(JsonNode value) {
      if (key == null) {
        ((ArrayNode) parent).set(index, value);
      } else {
        ((ObjectNode) parent).set(key, value);
      }
    }

    void remove() {
      if (key == null) {
        ((ArrayNode) parent).remove(index);
      } else {
        ((ObjectNode) parent).remove(key);
      }
    }
  }

  private final Random random;

  JsonMutator(Random random) {
    this.random = random;
  }

  /** What is no JSON any more comes back as it is. */
  byte[] mutate(byte[] json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      List<Place> places = new ArrayList<>();
      collect(root, places);
      if (places.isEmpty()) {
        return json;
      }
      change(pick(places), places);
      return root.toString().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      return json;
    }
  }

  private static void collect(JsonNode node, List<Place> places) {
    if (node instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(key -> places.add(new Place(object, key, 0)));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        places.add(new Place(array, null, i));
      }
    }
    node.forEach(child -> collect(child, places));
  }

  private void change(Place place, List<Place> all) {
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> place.set(NODES.rawValueNode(new RawValue(pick(NUMBERS))));
      case 3 -> place.set(NODES.textNode(pick(TEXTS)));
      case 4 -> place.set(plain());
      case 5 -> place.remove();
      case 6 -> place.set(pick(all).value().deepCopy());
      case 7 -> rename(place);
      default -> place.set(nested());
    }
  }

  private JsonNode plain() {
    return switch (random.nextInt(5)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.objectNode();
      case 3 -> NODES.arrayNode();
      default -> NODES.arrayNode().add(0).add("x").addNull();
    };
  }

  /** Deeper than any honest document; written as it is, for no tree is made of it here. */
  private JsonNode nested() {
    int depth = 1 << random.nextInt(13);
    return NODES.rawValueNode(new RawValue("[".repeat(depth) + "]".repeat(depth)));
  }

  /** The value under another key; an array's element only moves. */
  private void rename(Place place) {
    JsonNode value = place.value();
    place.remove();
    if (place.parent() instanceof ObjectNode object) {
      object.set(random.nextBoolean() ? place.key() + "x" : pick(TEXTS), value);
    } else {
      ((ArrayNode) place.parent()).add(value);
    }
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
