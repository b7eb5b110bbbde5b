package dev.aroma.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.StreamSupport;

/** The vectors of {@code metrics.json}, made with scikit-learn, SciPy and torch (float32). */
final class ReferenceScores {
  private ReferenceScores() {}

  static JsonNode section(String name) throws IOException {
    try (InputStream in = ReferenceScores.class.getResourceAsStream("metrics.json")) {
      return new ObjectMapper().readTree(in).get(name);
    }
  }

  static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
