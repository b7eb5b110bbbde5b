package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.report.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatiosTest {
  private static final String OURS =
      line("aroma", "aroma", "1", 50, 20_000, 20, "\"recompute\": false");
  private static final String THEIRS =
      line("peft", "lora", "8", 100, 10_000, 25, "\"recompute\": false, \"autocast\": true");

  private static String line(
      String who, String method, String rank, double ms, double tokens, double gib, String more) {
    return ("{\"who\": \"%s\", \"shape\": \"llama3-8b\", \"method\": \"%s\", \"rank\": %s, \"batch\": 4,"
            + " \"length\": 256, \"device\": \"cuda\", \"precision\": \"bf16\", \"ms\": %s,"
            + " \"tokens_per_second\": %s, \"memory_gib\": %s, %s}")
        .formatted(who, method, rank, ms, tokens, gib, more);
  }

  private static ResultTable table(String... lines) {
    return Ratios.table(Ratios.lines("test", List.of(lines)));
  }

  @Test
  void oursIsDividedByTheirs() {
    assertThat(table(THEIRS, OURS).rows())
        .containsExactly(
            List.of(
                "llama3-8b",
                "4×256",
                "cuda bf16",
                "aroma r=1",
                "lora r=8 (autocast true)",
                "50.0",
                "100.0",
                "0.50",
                "20000",
                "10000",
                "2.00",
                "20.00",
                "25.00",
                "0.80"));
  }

  @Test
  void onlyWhatDidTheSameWorkIsCompared() {
    String other = THEIRS.replace("\"recompute\": false", "\"recompute\": true");
    ResultTable table = table(OURS, other);
    assertThat(table.rows()).hasSize(2);
    assertThat(table.rows().get(0)).contains("aroma r=1", "50.0", "-").doesNotContain("100.0");
    assertThat(table.rows().get(1)).contains("cuda bf16, recompute", "100.0", "-");
    assertThat(table(OURS, THEIRS.replace("256", "128")).rows()).hasSize(2);
  }

  @Test
  void eachOfOursStandsBesideEachOfTheirs() {
    String full = THEIRS.replace("\"lora\"", "\"full\"").replace("\"rank\": 8", "\"rank\": null");
    assertThat(table(OURS, OURS, THEIRS, full).rows())
        .extracting(row -> row.get(4))
        .containsExactly(
            "lora r=8 (autocast true)",
            "full (autocast true)",
            "lora r=8 (autocast true)",
            "full (autocast true)");
  }

  @Test
  void aMethodIsComparedWithItself() {
    String lora = OURS.replace("\"aroma\", \"rank\"", "\"lora\", \"rank\"");
    assertThat(table(lora, THEIRS).rows()).as("of another rank").hasSize(2);
    assertThat(table(lora.replace("\"rank\": 1", "\"rank\": 8"), THEIRS).rows()).hasSize(1);
  }

  @Test
  void aNumberThatIsMissingHasNoRatio() {
    String unmeasured = THEIRS.replace("\"memory_gib\": 25.0", "\"memory_gib\": null");
    assertThat(table(OURS, unmeasured).rows().get(0)).endsWith("20.00", "-", "-");
  }

  @Test
  void linesThatAreNoMeasurementsArePassedOver() throws IOException {
    assertThat(Ratios.lines("log", List.of("WARN something", "", OURS, "{}"))).hasSize(1);
  }

  @Test
  void aBrokenLineIsNamedByFileAndLine() {
    assertThatThrownBy(() -> Ratios.lines("h100.jsonl", List.of("", OURS.substring(0, 40))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("h100.jsonl:2");
  }

  @Test
  void bothTablesArePrintedFromFiles(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("h100.jsonl"), List.of(OURS, THEIRS));
    String printed = Printed.by(() -> Ratios.main(new String[] {file.toString()}));
    assertThat(printed).contains("---  ").contains("| ----: |").containsPattern("2\\.00 .*0\\.80");
  }

  @Test
  void withoutFilesItSaysHowItIsUsed() {
    assertThatThrownBy(() -> Ratios.main(new String[0])).hasMessage("usage: Ratios FILE...");
  }
}
