package dev.aroma.data;

import java.util.List;

/** GLUE's format: a record a line, fields between tabs, no quoting: a {@code "} is text. */
final class TabSeparated implements Records {
  private final Utf8Lines lines;

  TabSeparated(Utf8Lines lines) {
    this.lines = lines;
  }

  @Override
  public List<String> next() {
    String line = lines.next();
    return line == null ? null : List.of(line.split("\t", -1));
  }

  @Override
  public int line() {
    return lines.number();
  }

  @Override
  public String origin() {
    return lines.origin();
  }
}
