package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTemplateTest {
  private static final Instruction PLAIN = new Instruction("Say $1 {input}.", "", "x");
  private static final Instruction WITH_INPUT = new Instruction("Add.", "1 2", "3");

  @TempDir Path directory;

  @Test
  void alpacaHasAFormForEachKind() {
    PromptTemplate alpaca = PromptTemplate.of("alpaca");
    assertThat(alpaca.prompt(PLAIN))
        .isEqualTo(
            """
            Below is an instruction that describes a task. Write a response that appropriately completes the request.

            ### Instruction:
            Say $1 {input}.

            ### Response:
            """);
    assertThat(alpaca.prompt(WITH_INPUT))
        .contains("paired with an input")
        .endsWith("### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:\n");
  }

  @Test
  void thatOfLlmAdaptersIsIndentedAsTheirs() {
    assertThat(PromptTemplate.of("llm-adapters").prompt(new Instruction("Go.", "", "x")))
        .isEqualTo(
            "Below is an instruction that describes a task. Write a response that appropriately"
                + " completes the request. \n\n"
                + "                ### Instruction:\n                Go.\n\n"
                + "                ### Response:\n                ");
  }

  @Test
  void aPersonsFileIsReadAndItsInputParagraphMayGo() throws Exception {
    Path file = directory.resolve("mine.txt");
    Files.writeString(file, "Q: {instruction}\n\nAbout: {input}\n\nA:");
    PromptTemplate mine = PromptTemplate.of(file.toString());
    assertThat(mine.prompt(WITH_INPUT)).isEqualTo("Q: Add.\n\nAbout: 1 2\n\nA:");
    assertThat(mine.prompt(new Instruction("Go.", "", "x"))).isEqualTo("Q: Go.\n\nA:");
  }

  @Test
  void textMayStandForAFile() {
    PromptTemplate one = PromptTemplate.of("[{instruction}|{input}] ");
    assertThat(one.prompt(WITH_INPUT)).isEqualTo("[Add.|1 2] ");
    assertThat(one.prompt(new Instruction("Go.", "", "x"))).isEqualTo("[Go.|] ");
  }

  @Test
  void wrongTemplatesAreRefused() throws Exception {
    refused("prompt-template", () -> PromptTemplate.of("alpacca"))
        .hasMessageContaining("did you mean alpaca");
    refused("prompt-template", () -> PromptTemplate.of("{instruction} {output}"))
        .hasMessageContaining("{instruction}, {output}");
    refused("prompt-template", () -> PromptTemplate.of("{input}"));
    Path empty = Files.writeString(directory.resolve("t.txt"), "no place");
    refused("prompt-template", () -> PromptTemplate.of(empty.toString()))
        .hasMessageContaining("no placeholder");
    Path bytes = Files.write(directory.resolve("b.txt"), new byte[] {(byte) 0xff, (byte) 0xfe});
    refused("prompt-template", () -> PromptTemplate.of(bytes.toString()));
  }
}
