package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = WINDOWS, disabledReason = "needs a shell")
class AgainstPeftTest {
  /** In place of PEFT's script and Python: a shell that has measured already. */
  private static final String SCRIPT =
      """
      echo "loading"
      echo '{"who": "peft", "shape": "tiny-bert", "method": "full", "rank": null, "batch": 2,
       "length": 8, "data": "full", "device": "cpu", "precision": "fp32", "ms": 5000.0,
       "tokens_per_second": 3.2, "memory_gib": 1.0}'
      """
          .replace(",\n", ",");

  private static Optional<String> child(List<String> out, String script, long seconds)
      throws IOException {
    return new Child(List.of("sh", "-c", script), Map.of("WORD", "hello"), seconds).run(out::add);
  }

  @Test
  void bothSidesAreMeasuredKeptAndCompared(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("steps_peft.py"), SCRIPT);
    Path output = directory.resolve("lines.jsonl");
    boolean[] good = new boolean[1];
    String printed =
        Printed.by(
            () ->
                good[0] =
                    AgainstPeft.measures(
                        ("--suite encoder --only full --shape tiny-bert --batches 2x8 --steps 2"
                                + " --warm 1 --device cpu --python sh --scripts %s --output %s")
                            .formatted(directory, output)
                            .split(" ", -1)));
    assertThat(good[0]).isTrue();
    assertThat(Files.readAllLines(output)).hasSize(2);
    assertThat(Files.readString(output)).contains("matmul_gflops").contains("\"peft\"");
    assertThat(printed)
        .contains("peft full 2×8: 5000.0 ms")
        .containsPattern("full +full +[\\d.]+ +5000\\.0 +0\\.\\d\\d");
  }

  @Test
  void withoutTheirScriptOursIsStillThere(@TempDir Path directory) throws IOException {
    Path output = directory.resolve("lines.jsonl");
    String printed =
        Printed.by(
            () ->
                assertThat(
                        AgainstPeft.measures(
                            ("--suite encoder --only full --shape tiny-bert --batches 2x8 --steps 1"
                                    + " --warm 1 --device cpu --scripts %s --output %s")
                                .formatted(directory, output)
                                .split(" ", -1)))
                    .isFalse());
    assertThat(Files.readAllLines(output)).hasSize(1);
    assertThat(printed).contains("aroma full 2×8");
  }

  @Test
  void anOptionThatNobodyKnowsIsRefused() {
    assertThatThrownBy(() -> AgainstPeft.measures("--sweet", "encoder"))
        .hasMessageContaining("found --sweet");
  }

  @Test
  void aChildsLinesAreToldAsTheyCome() throws IOException {
    List<String> out = new ArrayList<>();
    assertThat(child(out, "echo $WORD; echo world", 10)).isEmpty();
    assertThat(out).containsExactly("hello", "world");
  }

  @Test
  void aChildThatFailsSaysWhy() throws IOException {
    List<String> out = new ArrayList<>();
    assertThat(child(out, "echo 1; echo No module named torch >&2; exit 3", 10))
        .contains("exit code 3: No module named torch");
    assertThat(out).containsExactly("1");
  }

  @Test
  void aChildThatTakesTooLongIsEnded() throws IOException {
    List<String> out = new ArrayList<>();
    assertThat(child(out, "echo 1; exec sleep 60", 1)).contains("ended after 1 seconds");
    assertThat(out).contains("1");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() throws IOException {
    assertThat(new Child(List.of("no-such-python"), Map.of(), 10).run(line -> {}))
        .hasValueSatisfying(why -> assertThat(why).contains("no-such-python"));
  }
}
