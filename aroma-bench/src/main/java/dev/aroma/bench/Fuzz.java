package dev.aroma.bench;

import dev.aroma.fuzz.FuzzRunner.Outcome;
import dev.aroma.io.Directories;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Damaged files by the thousand: {@code Fuzz --count 20000 --seed 1}.
 *
 * <p>They are read in processes of a few hundred cases each, with a small fixed heap; a process
 * that dies is a finding of the case that it was at, and the next one goes on behind it. What is
 * found is printed with its number; {@code --from N --count 1} runs it again.
 */
public final class Fuzz {
  /** Begins the lines that are meant for us; native code prints what it likes. */
  static final String MARK = "@fuzz ";

  private static final int SILENT_SECONDS = 120;

  private final long seed;
  private final int piece;
  private final Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
  private final List<String> findings = new ArrayList<>();
  private long at;
  private String target = "start";
  private boolean inside;

  private Fuzz(long seed, int piece) {
    this.seed = seed;
    this.piece = piece;
  }

  /** Options: {@code --count}, {@code --seed}, {@code --from}, {@code --piece}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments given = new Arguments(args);
    long from = given.number("--from", 0);
    long count = given.number("--count", 20_000);
    Fuzz fuzz = new Fuzz(given.number("--seed", 1), (int) given.number("--piece", 500));
    long began = System.nanoTime();
    fuzz.run(from, from + count);
    fuzz.report(count, (System.nanoTime() - began) / 1_000_000_000L);
    System.exit(fuzz.findings.isEmpty() ? 0 : 1);
  }

  private void run(long from, long to) throws IOException, InterruptedException {
    at = from;
    while (at < to) {
      long end = Math.min(to, at + piece);
      Path workplace = Files.createTempDirectory("aroma-fuzz");
      try {
        child(at, end, workplace);
      } finally {
        Directories.delete(workplace);
      }
    }
  }

  private void child(long from, long to, Path workplace) throws IOException, InterruptedException {
    List<String> command =
        OwnJvm.command(
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=128m"),
            FuzzChild.class,
            List.of("" + seed, "" + from, "" + to, workplace.toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(workplace.toFile())
            .redirectError(workplace.resolve("stderr").toFile())
            .start();
    inside = false;
    target = "start";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(MARK)) {
          hear(line.substring(MARK.length()).split("\t", 3));
        }
      }
    }
    if (!process.waitFor(SILENT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (process.waitFor() != 0) {
      died(process.exitValue(), workplace.resolve("stderr"));
    }
  }

  private void hear(String[] words) {
    if (words[0].equals("case")) {
      inside = true;
      target = words[2];
      return;
    }
    inside = false;
    at = Long.parseLong(words[1]) + 1;
    count(Outcome.valueOf(words[0]));
    if (words[0].equals(Outcome.FINDING.name())) {
      tell(Long.parseLong(words[1]), words[2]);
    }
  }

  private void count(Outcome outcome) {
    counts
        .computeIfAbsent(target, name -> new EnumMap<>(Outcome.class))
        .merge(outcome, 1, Integer::sum);
  }

  private void died(int code, Path stderr) throws IOException {
    String said = new String(Files.readAllBytes(stderr), StandardCharsets.UTF_8);
    String last = said.strip().substring(Math.max(0, said.strip().length() - 600));
    if (!inside) {
      throw new IOException("the process ended with " + code + " between cases:\n" + last);
    }
    tell(at, "the process died with code " + code + ": " + last.replaceAll("\\s*\\R\\s*", " | "));
    count(Outcome.FINDING);
    at++;
  }

  private void tell(long number, String what) {
    String finding = "case %d, %s: %s".formatted(number, target, what);
    findings.add(finding);
    System.out.println(finding);
  }

  private void report(long count, long seconds) {
    System.out.printf("%n| input | cases | read | refused | findings |%n|---|---|---|---|---|%n");
    counts.forEach(
        (name, outcomes) ->
            System.out.printf(
                "| %s | %d | %d | %d | %d |%n",
                name,
                outcomes.values().stream().mapToInt(Integer::intValue).sum(),
                outcomes.getOrDefault(Outcome.READ, 0),
                outcomes.getOrDefault(Outcome.REFUSED, 0),
                outcomes.getOrDefault(Outcome.FINDING, 0)));
    System.out.printf(
        "%n%,d cases of seed %d in %d s: %d findings%n", count, seed, seconds, findings.size());
  }
}
