package dev.aroma.bench;

import dev.aroma.fuzz.FuzzCase;
import dev.aroma.fuzz.FuzzRunner;
import dev.aroma.fuzz.FuzzTarget;
import dev.aroma.fuzz.FuzzTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The part of {@link Fuzz} that may die: runs cases in a row and says on standard output, before
 * each, which it is, and after it how it ended.
 */
final class FuzzChild {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private FuzzChild() {}

  /** Arguments: seed, first case, case after the last, and a directory to work in. */
  public static void main(String[] args) throws IOException {
    long seed = Long.parseLong(args[0]);
    Path workplace = Path.of(args[3]);
    List<FuzzTarget> targets = FuzzTargets.all(Files.createDirectories(workplace.resolve("sound")));
    FuzzRunner runner = new FuzzRunner(workplace, PATIENCE);
    for (long number = Long.parseLong(args[1]); number < Long.parseLong(args[2]); number++) {
      FuzzCase input = FuzzCase.of(targets, seed, number);
      say("case", number, input.target().name());
      FuzzRunner.Verdict verdict = runner.run(input);
      say(verdict.outcome().name(), number, verdict.what());
    }
    System.exit(0); // a case that hangs has left its thread
  }

  private static void say(String word, long number, String text) {
    System.out.println(
        Fuzz.MARK + word + "\t" + number + "\t" + text.replaceAll("\\s*\\R\\s*", " | "));
    System.out.flush();
  }
}
