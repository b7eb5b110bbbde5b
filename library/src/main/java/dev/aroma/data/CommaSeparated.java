package dev.aroma.data;

import dev.aroma.input.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * CSV as RFC 4180 has it: fields between commas; in double quotes a field may hold commas, line
 * breaks (read as line feeds) and doubled quotes. A quote inside an unquoted field is text.
 */
final class CommaSeparated implements Records {
  private final Utf8Lines lines;
  private int start;
  private String line;
  private int at;

  CommaSeparated(Utf8Lines lines) {
    this.lines = lines;
  }

  @Override
  public List<String> next() {
    line = lines.next();
    if (line == null) {
      return null;
    }
    start = lines.number();
    at = 0;
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (at < line.length()) {
      at++; // the comma
      fields.add(field());
    }
    return fields;
  }

  /** Leaves {@code at} on the comma after the field, or at the end of the line. */
  private String field() {
    if (at < line.length() && line.charAt(at) == '"') {
      return quoted();
    }
    int comma = line.indexOf(',', at);
    int end = comma < 0 ? line.length() : comma;
    String field = line.substring(at, end);
    at = end;
    return field;
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    int opened = lines.number();
    at++;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        field.append(line, at, line.length()).append('\n');
        line = lines.next();
        at = 0;
        if (line == null) {
          throw wrong("the end of the file", opened, "a closing quote");
        }
      } else if (quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
        field.append(line, at, quote + 1);
        at = quote + 2;
      } else {
        field.append(line, at, quote);
        at = quote + 1;
        return endOf(field, opened);
      }
    }
  }

  private String endOf(StringBuilder field, int opened) {
    if (at < line.length() && line.charAt(at) != ',') {
      throw wrong("\"" + line.charAt(at) + "\" in line " + lines.number(), opened, "a comma");
    }
    return field.toString();
  }

  private InputException wrong(String found, int opened, String expected) {
    return new InputException(
        "Expected %s after the quote that opens a field in line %d of %s, found %s."
            .formatted(expected, opened, lines.origin(), found),
        "Inside a quoted field, write a quote as two quotes. A file without quoting should be .tsv.",
        "data-quotes");
  }

  @Override
  public int line() {
    return start;
  }

  @Override
  public String origin() {
    return lines.origin();
  }
}
