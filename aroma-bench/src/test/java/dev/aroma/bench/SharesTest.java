package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.report.ResultTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static String line(String who, double ms, String precision, String more) {
    return ("{\"who\": \"%s\", \"shape\": \"roberta-base\", \"method\": \"lora\", \"rank\": 1,"
            + " \"batch\": 32, \"length\": 128, \"data\": \"full\", \"device\": \"cuda\","
            + " \"precision\": \"%s\", \"ms\": %s, \"examples_per_second\": %s,"
            + " \"tokens_per_second\": %s, \"memory_gib\": 4, \"first_step_s\": 5.25%s}")
        .formatted(who, precision, ms, 32e3 / ms, 4096e3 / ms, more);
  }

  private static List<List<String>> rows(String... lines) {
    ResultTable table = Shares.table(Ratios.lines("test", List.of(lines)));
    return table.rows();
  }

  @Test
  void bothSidesAreHeldAgainstOneRate() {
    List<List<String>> rows =
        rows(
            line("aroma", 8, "bf16", ", \"matmul_gflops\": 700000"),
            line("aroma", 8, "bf16", ", \"matmul_gflops\": 726814.162944"), // 1.4536 TFLOP in 2 ms
            line("peft", 80, "bf16", ""));
    assertThat(rows)
        .extracting(row -> row.subList(10, 13))
        .containsExactly(
            List.of("1.454", "2.0", "0.25"),
            List.of("1.454", "2.0", "0.25"),
            List.of("1.454", "2.0", "0.03"));
    assertThat(rows.get(2).subList(0, 10))
        .containsExactly(
            "roberta-base",
            "32×128",
            "cuda bf16",
            "peft",
            "lora r=1",
            "80.0",
            "400",
            "51200",
            "4.00",
            "5.3");
  }

  @Test
  void aRateAtAnotherPrecisionSaysNothing() {
    List<List<String>> rows =
        rows(line("aroma", 8, "bf16", ", \"matmul_gflops\": 700000"), line("peft", 80, "fp32", ""));
    assertThat(rows.get(1).subList(10, 13)).containsExactly("1.454", "-", "-");
  }
}
