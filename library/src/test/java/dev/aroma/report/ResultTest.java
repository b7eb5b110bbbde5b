package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTest {
  @TempDir Path dir;

  private static Result sample() {
    return new Result(
        "mrpc",
        "aroma",
        "accuracy",
        0.857,
        0.86,
        Map.of("accuracy", 0.857, "f1", 0.9),
        408,
        1000,
        Stopped.MAX_STEPS,
        61.5,
        520.25,
        new Result.Parameters(165_888, 82_944.5, 0, 1538, 110_000_000),
        Map.of("encoder.layer.0.attention.self.query", 9),
        Map.of("encoder.layer.0.attention.self.query", 7.5),
        9,
        42);
  }

  @Test
  void keysAreThoseOfTheContract() throws IOException {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    run.writeResult(sample());
    JsonNode json = new ObjectMapper().readTree(run.path().resolve("result.json").toFile());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "task",
            "method",
            "metric",
            "score",
            "best",
            "metrics",
            "examples",
            "steps",
            "stopped",
            "seconds",
            "examples_per_second",
            "parameters",
            "ranks",
            "effective_ranks",
            "total_rank",
            "seed");
    assertThat(json.get("parameters").fieldNames())
        .toIterable()
        .containsExactly("adapter_initial", "adapter_mean", "adapter_final", "head", "total");
    assertThat(json.get("stopped").asText()).isEqualTo("max-steps");
  }

  @Test
  void resultComesBack() {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    run.writeResult(sample());
    assertThat(run.readResult()).isEqualTo(sample());
  }

  @Test
  void damagedResultIsTold() throws IOException {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    for (String text : List.of("", "{", "{}", "[]", "null", "{\"task\": 1, \"metrics\": null}")) {
      Files.writeString(run.path().resolve("result.json"), text);
      assertThatThrownBy(run::readResult)
          .as(text)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("result.json")
          .hasMessageContaining("#run-files");
    }
  }
}
