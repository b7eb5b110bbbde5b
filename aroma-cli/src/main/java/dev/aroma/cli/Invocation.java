package dev.aroma.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * One call of the command.
 *
 * @param terminal to read and print
 * @param interruption by Ctrl-C
 * @param words of the command line, as runs and reports name it
 */
record Invocation(Terminal terminal, Interruption interruption, List<String> words) {
  static Invocation of(Terminal terminal, Interruption interruption, String... args) {
    List<String> words = new ArrayList<>(List.of("aroma"));
    words.addAll(List.of(args));
    return new Invocation(terminal, interruption, List.copyOf(words));
  }
}
