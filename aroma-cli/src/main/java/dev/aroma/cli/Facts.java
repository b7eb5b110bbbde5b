package dev.aroma.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Names and values, one a line, the values in a column. */
final class Facts {
  private final Map<String, String> lines = new LinkedHashMap<>();

  Facts add(String name, String value) {
    lines.put(name, value);
    return this;
  }

  String text() {
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (name, value) ->
            text.append(name)
                .append(" ".repeat(width - name.length() + 2))
                .append(value)
                .append('\n'));
    return text.toString();
  }

  /** As {@link String#format}, the same in every country. */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
