package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What was found in a directory. */
interface Inspection {
  /** Ranks by module path; none where there is no such thing. */
  default Map<String, Integer> ranks() {
    return Map.of();
  }

  /** Effective ranks by module path, those that are known. */
  default Map<String, Double> effective() {
    return Map.of();
  }

  /** For a person. */
  String text(boolean unicode, boolean colour);

  /** For a program; {@code kind} is run, adapter or model. */
  ObjectNode json();
}
