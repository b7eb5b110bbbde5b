package dev.aroma.bench;

import java.util.List;

/** Options of a bench command: {@code --name value}. */
final class Arguments {
  private final List<String> words;

  Arguments(List<String> words) {
    this.words = List.copyOf(words);
  }

  Arguments(String... words) {
    this.words = List.of(words);
  }

  /** A whole number, or what holds without it. */
  long number(String name, long otherwise) {
    return Long.parseLong(text(name, Long.toString(otherwise)));
  }

  /** true or false, or what holds without it. */
  boolean flag(String name, boolean otherwise) {
    String word = text(name, Boolean.toString(otherwise));
    if (!word.equals("true") && !word.equals("false")) {
      throw new IllegalArgumentException(
          "%s: expected true or false, found %s".formatted(name, word));
    }
    return word.equals("true");
  }

  /** A word, or what holds without it. */
  String text(String name, String otherwise) {
    int at = words.indexOf(name);
    if (at == words.size() - 1 && at >= 0) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    return at < 0 ? otherwise : words.get(at + 1);
  }

  /** Whether it is given. */
  boolean has(String name) {
    return words.contains(name);
  }

  /** Refuses what is not of the form {@code --name value} with one of these names. */
  Arguments only(List<String> names) {
    for (int i = 0; i < words.size(); i += 2) {
      if (!names.contains(words.get(i)) || i + 1 == words.size()) {
        throw new IllegalArgumentException(
            "expected pairs of %s and a value, found %s".formatted(names, words.get(i)));
      }
    }
    return this;
  }
}
