package dev.aroma.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few hundred damaged files of each kind; {@code dev.aroma.bench.Fuzz} runs many more. */
class FuzzTest {
  private static final int CASES = 600;
  private static final long SEED = 20;

  @TempDir Path directory;

  /** Else nothing behind the first check would ever be tried. */
  @Test
  void soundFilesAreRead() throws IOException {
    Path sound = Files.createDirectory(directory.resolve("sound"));
    for (FuzzTarget target : FuzzTargets.all(sound)) {
      Path copy = directory.resolve("copy");
      for (Map.Entry<String, byte[]> file : target.files().entrySet()) {
        Files.createDirectories(copy.resolve(file.getKey()).getParent());
        Files.write(copy.resolve(file.getKey()), file.getValue());
      }
      assertThatCode(() -> target.reading().read(copy))
          .as(target.name())
          .doesNotThrowAnyException();
      FuzzCase.delete(copy);
    }
  }

  @Test
  void damagedFilesAreReadOrRefusedInWordsThatNameThem() throws IOException {
    List<FuzzTarget> targets = FuzzTargets.all(Files.createDirectory(directory.resolve("sound")));
    FuzzRunner runner = new FuzzRunner(directory, Duration.ofSeconds(30));
    List<String> findings = new ArrayList<>();
    Map<String, Integer> refused = new TreeMap<>();
    for (int number = 0; number < CASES; number++) {
      FuzzCase input = FuzzCase.of(targets, SEED, number);
      FuzzRunner.Verdict verdict = runner.run(input);
      if (verdict.outcome() == FuzzRunner.Outcome.FINDING) {
        findings.add("case %d, %s: %s".formatted(number, input.target().name(), verdict.what()));
      } else if (verdict.outcome() == FuzzRunner.Outcome.REFUSED) {
        refused.merge(input.target().name(), 1, Integer::sum);
      }
    }
    assertThat(findings).isEmpty();
    assertThat(refused).as("every kind is damaged so that it shows").hasSameSizeAs(targets);
  }
}
