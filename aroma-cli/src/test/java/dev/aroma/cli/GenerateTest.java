package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateTest {
  @TempDir static Path dir;
  private static String model;

  @BeforeAll
  static void write() throws IOException {
    model = EightLetterLlama.write(dir.resolve("llama")).toString();
  }

  private static Cli.Outcome run(String input, String... more) {
    List<String> args = new ArrayList<>(List.of("generate", "--model", model));
    args.addAll(List.of("--device", "cpu", "--max-new-tokens", "6"));
    args.addAll(List.of(more));
    return Cli.withInput(input, args.toArray(String[]::new));
  }

  @Test
  void onePromptIsAnsweredAsText() {
    Cli.Outcome outcome = run("", "--prompt", "ab").succeeded();
    assertThat(outcome.out()).endsWith(System.lineSeparator());
    assertThat(outcome.out().strip()).matches("[a-h ]+");
    assertThat(run("", "--prompt", "ab").out()).isEqualTo(outcome.out());
  }

  @Test
  void severalAreAnsweredAsJson() throws IOException {
    String alone = run("", "--prompt", "ab", "--beams", "2").out();
    for (Cli.Outcome outcome :
        List.of(
            run("", "--prompt", "ab", "--prompt", "b", "--beams", "2"),
            run("ab\nb\n", "--batch-size", "1", "--beams", "2"))) {
      String[] lines = outcome.succeeded().out().split("\n", -1);
      assertThat(lines).hasSize(3);
      JsonNode first = new ObjectMapper().readTree(lines[0]);
      assertThat(first.path("prompt").asText()).isEqualTo("ab");
      assertThat(first.path("text").asText()).isEqualTo(alone.substring(0, alone.length() - 1));
    }
  }

  @Test
  void aSeedFixesWhatIsDrawn() {
    String first = run("", "--prompt", "ab", "--temperature", "3", "--seed", "1").succeeded().out();
    assertThat(run("", "--prompt", "ab", "--temperature", "3", "--seed", "1").out())
        .isEqualTo(first);
    assertThat(
            run("", "--prompt", "ab", "--temperature", "3", "--seed", "2", "--top-p", "0.9").out())
        .isNotEqualTo(first);
  }

  @Test
  void mistakesAreTold() {
    run("", "--prompt", "a", "--batch-size", "0").refused(2, "--batch-size: expected 1 or more");
    run("", "--prompt", "a", "--temperature", "-1").refused(1, "temperature: expected 0 or more");
    run("", "--prompt", "a", "--beams", "2", "--temperature", "1").refused(1, "found both");
    run("", "--prompt", "a ".repeat(50)).refused(1, "fewer than the model's 32 tokens");
    run("").refused(1, "standard input");
    Cli.run("generate", "--prompt", "a").refused(2, "--model");
    Cli.run("generate", "--model", dir.resolve("no").toString(), "--prompt", "a")
        .refused(1, "does not exist");
  }
}
