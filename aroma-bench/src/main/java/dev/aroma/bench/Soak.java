package dev.aroma.bench;

import dev.aroma.io.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Does the same for a long time and looks whether it costs more and more: {@code Soak --minutes
 * 60}, or one of its parts with {@code --part train} or {@code --part predict}.
 *
 * <p>The parts run at the same time, each in a process of its own with a heap of a fixed size that
 * is touched at once, so that growth of resident memory is native memory that somebody forgot.
 * Prints a table and a verdict ({@link Growth}) of each; the exit code is 1 where something grows.
 */
public final class Soak {
  /** A part under way, the directory that it works in, and the file in it that holds its table. */
  private record Part(Process process, Path workplace, Path said) {}

  private Soak() {}

  /** Options: {@code --minutes} of each part, {@code --part}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments given = new Arguments(args);
    long minutes = given.number("--minutes", 60);
    String only = given.text("--part", "");
    List<Part> parts = new ArrayList<>();
    for (String each : only.isEmpty() ? List.of("train", "predict") : List.of(only)) {
      parts.add(start(each, minutes * 60));
    }
    boolean flat = true;
    for (Part part : parts) {
      flat &= part.process().waitFor() == 0;
      System.out.print(Files.readString(part.said()));
      Directories.delete(part.workplace());
    }
    System.exit(flat ? 0 : 1);
  }

  private static Part start(String name, long seconds) throws IOException {
    Path workplace = Files.createTempDirectory("aroma-soak");
    List<String> command =
        OwnJvm.command(
            List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch"),
            SoakPart.class,
            List.of(name, "" + seconds, workplace.toString()));
    Path said = workplace.resolve("said");
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    return new Part(process.redirectOutput(said.toFile()).start(), workplace, said);
  }
}
