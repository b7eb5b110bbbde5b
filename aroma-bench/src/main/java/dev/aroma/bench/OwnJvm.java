package dev.aroma.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes of our own class path. */
final class OwnJvm {
  private OwnJvm() {}

  /** The command line of a class in a JVM like this one. */
  static List<String> command(List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
