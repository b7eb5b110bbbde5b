package dev.aroma.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM like this one: same Java, same options, same class path. */
final class ChildJvm {
  private static final String MAIN = "dev.aroma.cli.Main";

  private ChildJvm() {}

  /** Runs a subcommand of ours. */
  static List<String> command(String subcommand) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String[] own = ProcessHandle.current().info().arguments().orElse(new String[0]);
    words.addAll(options(List.of(own)));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, subcommand));
    return words;
  }

  /**
   * What stands before our main class, less the class path, the debugger's port and what tells of
   * the terminal. Where the system does not say, or another class was started, what the launcher
   * always gives.
   */
  static List<String> options(List<String> own) {
    int main = own.indexOf(MAIN);
    if (main < 0) {
      return List.of("-Dorg.bytedeco.javacpp.nopointergc=true");
    }
    List<String> options = new ArrayList<>();
    for (int i = 0; i < main; i++) {
      String word = own.get(i);
      if (List.of("-cp", "-classpath", "--class-path").contains(word)) {
        i++;
      } else if (!word.startsWith("-Daroma.")
          && !word.startsWith("-agentlib:jdwp")
          && !word.startsWith("--class-path=")) {
        options.add(word);
      }
    }
    return options;
  }
}
