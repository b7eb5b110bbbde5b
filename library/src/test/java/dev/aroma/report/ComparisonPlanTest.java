package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPlanTest {
  @TempDir Path dir;

  private static ComparisonPlan plan(Integer paper) {
    return new ComparisonPlan(
        "Title",
        List.of("aroma", "compare"),
        List.of("rte"),
        List.of("aroma", "head"),
        List.of(0L, 7L),
        List.of(
            new ComparisonPlan.Planned("rte", "aroma", "1e-3", 0),
            new ComparisonPlan.Planned("rte", "head", null, 7)),
        List.of("a note"),
        paper,
        true);
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(ComparisonPlan.isIn(dir)).isFalse();
    plan(2).write(dir);
    assertThat(ComparisonPlan.isIn(dir)).isTrue();
    assertThat(ComparisonPlan.read(dir)).isEqualTo(plan(2));
    assertThat(ComparisonPlan.read(dir).paper().number()).isEqualTo(2);
    plan(null).write(dir);
    assertThat(ComparisonPlan.read(dir)).isEqualTo(plan(null));
    assertThat(plan(null).paper()).isNull();
  }

  @Test
  void cellsAreNamedForWhatTheyAre() {
    assertThat(plan(null).cells())
        .extracting(ComparisonPlan.Planned::name)
        .containsExactly("rte-aroma@1e-3-0", "rte-head-7");
  }

  @Test
  void damagedFilesAndLabelsThatLeadElsewhereAreRefused() throws IOException {
    plan(null).write(dir);
    Path file = dir.resolve("comparison.json");
    String good = Files.readString(file);
    for (String bad :
        List.of(
            good.replace("\"task\" : \"rte\"", "\"task\" : \"../../rte\""),
            good.replace("\"method\" : \"head\"", "\"method\" : null"),
            good.replace("[ \"rte\" ]", "null"),
            good.replace("\"Title\"", "null"),
            good.substring(0, good.length() / 2),
            "null")) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> ComparisonPlan.read(dir))
          .as(bad)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("comparison plan in ")
          .hasMessageContaining("comparison.json");
    }
  }
}
