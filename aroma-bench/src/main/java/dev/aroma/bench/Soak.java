package dev.aroma.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Does the same for a long time and looks whether it costs more and more: {@code Soak --minutes
 * 60}, or one of its parts with {@code --part train} or {@code --part predict}.
 *
 * <p>Each part has a process of its own with a heap of a fixed size that is touched at once, so
 * that growth of resident memory is native memory that somebody forgot. Prints a table and a
 * verdict; the exit code is 1 where something grows.
 */
public final class Soak {
  private Soak() {}

  /** Options: {@code --minutes} of each part, {@code --part}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments given = new Arguments(args);
    long minutes = given.number("--minutes", 60);
    String part = given.text("--part", "");
    boolean flat = true;
    for (String each : part.isEmpty() ? List.of("train", "predict") : List.of(part)) {
      flat &= run(each, minutes * 60) == 0;
    }
    System.exit(flat ? 0 : 1);
  }

  private static int run(String part, long seconds) throws IOException, InterruptedException {
    Path workplace = Files.createTempDirectory("aroma-soak");
    try {
      List<String> command =
          OwnJvm.command(
              List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch"),
              SoakPart.class,
              List.of(part, "" + seconds, workplace.toString()));
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } finally {
      OwnJvm.delete(workplace);
    }
  }
}
