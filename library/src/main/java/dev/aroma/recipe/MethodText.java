package dev.aroma.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Methods written on one line: {@code aroma,lora:r=8,lr=4e-4}.
 *
 * <p>Pieces are parted by commas or semicolons outside brackets. A piece {@code key=value} belongs
 * to the method before it; any other begins a method: a name, perhaps with a colon and its first
 * option.
 */
final class MethodText {
  private final String origin;
  private final List<Problem> problems;
  private final List<Node> entries = new ArrayList<>();
  private Map<String, Node> current;

  private MethodText(String origin, List<Problem> problems) {
    this.origin = origin;
    this.problems = problems;
  }

  /** The entries as sections with a {@code name}, in their order. */
  static List<Node> entries(String text, String origin, List<Problem> problems) {
    MethodText reader = new MethodText(origin, problems);
    pieces(text).forEach(reader::piece);
    reader.end();
    return reader.entries;
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '[' || c == '{' ? 1 : 0;
      depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
      if (i == text.length() || (depth == 0 && (c == ',' || c == ';'))) {
        pieces.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    return pieces.stream().filter(piece -> !piece.isEmpty()).toList();
  }

  private void piece(String piece) {
    int equals = piece.indexOf('=');
    int colon = piece.indexOf(':');
    boolean begins = equals < 0 || (colon >= 0 && colon < equals);
    if (!begins) {
      option(piece);
      return;
    }
    end();
    current = new LinkedHashMap<>();
    String name = colon < 0 ? piece : piece.substring(0, colon);
    current.put(Node.NAME, new Node.Scalar(name.strip(), origin));
    if (colon >= 0 && !piece.substring(colon + 1).isBlank()) {
      option(piece.substring(colon + 1).strip());
    }
  }

  private void option(String piece) {
    int equals = piece.indexOf('=');
    if (current == null || equals < 1) {
      String allowed = "name or name:key=value, parted by commas";
      problems.add(new Problem(origin, "found \"" + piece + "\"; allowed: " + allowed));
      return;
    }
    String key = piece.substring(0, equals).strip();
    String value = piece.substring(equals + 1).strip();
    Node node =
        value.startsWith("[") || value.startsWith("{")
            ? YamlReader.readAny(value, origin, problems)
            : new Node.Scalar(value, origin + " " + piece);
    if (current.put(key, node) != null) {
      problems.add(new Problem(origin, key + " is written twice for one method; keep one"));
    }
  }

  private void end() {
    if (current != null) {
      entries.add(new Node.Section(current, origin));
      current = null;
    }
  }
}
