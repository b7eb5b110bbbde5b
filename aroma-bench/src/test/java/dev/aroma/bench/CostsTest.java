package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.io.JsonConfig;
import dev.aroma.report.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostsTest {
  private static String run(String more) throws IOException {
    String words = "--shape tiny-bert --device cpu --batch 2 --length 8 --warm 1 --steps 2 " + more;
    return Printed.by(() -> Costs.main(words.split(" ", -1)));
  }

  private static List<JsonConfig> lines(String more) throws IOException {
    return Ratios.lines("printed", run(more).lines().toList());
  }

  @Test
  void oneRunShowsTheRanksThatWereAskedFor() throws IOException {
    List<JsonConfig> lines = lines("--set rank --values 0,1,3");
    assertThat(lines).extracting(line -> line.requireInt("x")).containsExactly(0, 1, 3);
    assertThat(lines).allSatisfy(line -> assertThat(line.requireInt("rank")).isEqualTo(1));
    assertThat(lines).extracting(line -> line.has("merge_ms")).containsExactly(false, true, true);
  }

  @Test
  void aPointHasOneThingChanged() throws IOException {
    List<JsonConfig> lines = lines("--set length,freeze --values 4");
    assertThat(lines)
        .extracting(line -> line.requireString("series"))
        .containsExactly("length", "freeze-lowest", "freeze-top");
    assertThat(lines).extracting(line -> line.requireInt("length")).containsExactly(4, 8, 8);
    assertThat(lines).extracting(line -> line.requireInt("modules")).containsExactly(12, 4, 4);
    assertThat(lines).allSatisfy(line -> assertThat(line.requireInt("batch")).isEqualTo(2));
    assertThat(lines).allSatisfy(line -> assertThat(line.has("first_step_s")).isFalse());
  }

  @Test
  void layersAndLorasRankAreOthers() throws IOException {
    List<JsonConfig> lines = lines("--set layers,lora-rank --values 3");
    assertThat(lines).extracting(line -> line.requireInt("layers")).containsExactly(3, 2);
    assertThat(lines).extracting(line -> line.requireInt("rank")).containsExactly(1, 3);
    assertThat(lines)
        .extracting(line -> line.requireString("method"))
        .containsExactly("aroma", "lora");
  }

  @Test
  void aPointThatFailsLeavesTheOthers() throws IOException {
    assertThat(lines("--set length --values 513,4"))
        .extracting(line -> line.requireInt("x"))
        .containsExactly(4);
  }

  @Test
  void anUnknownSetIsRefused() {
    assertThatThrownBy(() -> run("--set colour")).hasMessageContaining("found colour");
  }

  @Test
  void picturesAndTablesShowWhatWasMeasured(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("costs.jsonl");
    Files.write(
        file,
        List.of(
            line("rank", 0, 6.25, ""),
            line("rank", 8, 6.5, ", \"merge_ms\": 120"),
            line("lora-rank", 8, 7, ""),
            line("freeze-top", 12, 4, "")));
    String printed = Printed.by(() -> CostCharts.main(new String[] {"" + file, "" + directory}));
    assertThat(printed).contains("| AROMA, rank so far |").contains("| top frozen first |");
    try (var made = Files.list(directory)) {
      assertThat(made.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("costs.jsonl", "cost-rank.png", "cost-freeze.png");
    }
    assertThat(ImageIO.read(directory.resolve("cost-rank.png").toFile()).getWidth())
        .isEqualTo(2 * 2 * 380);
    assertThat(directory.resolve("cost-rank.png")).satisfies(p -> assertThat(p).isNotEmptyFile());
  }

  @Test
  void anEpochIsThatOfMrpc() {
    List<JsonConfig> lines =
        Ratios.lines(
            "test", Arrays.asList(line("freeze-top", 12, 4, ""), line("rank", 0, 6.25, "")));
    List<ResultTable> tables = CostCharts.tables(lines);
    assertThat(tables).hasSize(2);
    assertThat(tables.get(0).rows())
        .containsExactly(List.of("AROMA, rank so far", "0", "6.25", "16000", "-", "4.50"));
    assertThat(tables.get(1).rows())
        .as("3668 examples at 8000 a second")
        .containsExactly(List.of("top frozen first", "12", "4.00", "0.46", "8000", "4.50"));
  }

  private static String line(String series, int x, double ms, String more) {
    return ("{\"who\":\"aroma\",\"series\":\"%s\",\"x\":%d,\"ms\":%s,\"examples_per_second\":%s,"
            + "\"tokens_per_second\":%s,\"memory_gib\":4.5%s}")
        .formatted(series, x, ms, 32e3 / ms, 100e3 / ms, more);
  }
}
