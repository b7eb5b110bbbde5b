package dev.aroma.bench;

import java.util.List;

/** Options of a bench command: {@code --name value}. */
final class Arguments {
  private final List<String> words;

  Arguments(String... words) {
    this.words = List.of(words);
  }

  /** A whole number, or what holds without it. */
  long number(String name, long otherwise) {
    return Long.parseLong(text(name, Long.toString(otherwise)));
  }

  /** A word, or what holds without it. */
  String text(String name, String otherwise) {
    int at = words.indexOf(name);
    if (at == words.size() - 1 && at >= 0) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    return at < 0 ? otherwise : words.get(at + 1);
  }
}
