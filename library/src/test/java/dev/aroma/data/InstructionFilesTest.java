package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructionFilesTest {
  private static final String ROW =
      """
      {"instruction": "Add.", "input": "1 2", "output": "3", "answer": "ignored", "more": [1]}
      """;

  @TempDir Path directory;

  @Test
  void readsAnObjectALine() throws Exception {
    Path file = write("train.jsonl", ROW + "\n{\"instruction\": \"Say.\", \"output\": \"hi\"}\n");
    assertThat(InstructionRows.read(file, PromptTemplate.of("alpaca")))
        .containsExactly(new Instruction("Add.", "1 2", "3"), new Instruction("Say.", "", "hi"));
  }

  @Test
  void readsAnArrayUnderAnyOfTheNames() throws Exception {
    for (String name : List.of("train.json", "train.jsonl")) {
      Path file = write(name, "\uFEFF \n[" + ROW + ",\n" + ROW + "]\n");
      assertThat(InstructionRows.read(file, PromptTemplate.of("alpaca"))).hasSize(2);
    }
  }

  @Test
  void readsWhatGzipPacked() throws Exception {
    Path file = directory.resolve("train.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(ROW.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(InstructionRows.read(file, PromptTemplate.of("alpaca"))).hasSize(1);
    assertThat(RowFormat.of(file)).isEqualTo(RowFormat.JSONL);
  }

  @Test
  void aFileThatOnlyClaimsToBePackedIsRefused() throws Exception {
    Path file = write("train.jsonl.gz", ROW);
    refused("data-missing", () -> InstructionRows.read(file, PromptTemplate.of("alpaca")))
        .hasMessageContaining("train.jsonl.gz");
  }

  @Test
  void aMalformedLineIsNamed() throws Exception {
    Path file = write("train.jsonl", ROW + "{\"instruction\": \"x\", \n");
    refused("data-json", () -> InstructionRows.read(file, PromptTemplate.of("alpaca")))
        .hasMessageContaining("train.jsonl line 2");
  }

  @Test
  void amistakeInAnArrayIsNamedWithItsLine() throws Exception {
    Path unclosed = write("a.json", "[" + ROW + ",\n{\"instruction\": \"x\",\n");
    refused("data-json", () -> InstructionRows.read(unclosed, PromptTemplate.of("alpaca")))
        .hasMessageContaining("a.json, found in line");
    Path value = write("b.json", "[" + ROW + ",\n7]");
    refused("data-json", () -> InstructionRows.read(value, PromptTemplate.of("alpaca")))
        .hasMessageContaining("b.json, found in line 3 another value: 7");
    Path more = write("c.json", "[" + ROW + "]\n" + ROW);
    refused("data-json", () -> InstructionRows.read(more, PromptTemplate.of("alpaca")))
        .hasMessageContaining("more after the array's end");
    Path bytes = directory.resolve("d.json");
    Files.write(bytes, new byte[] {'[', '{', '"', (byte) 0xC3, (byte) 0x28, '"'});
    refused("data-json", () -> InstructionRows.read(bytes, PromptTemplate.of("alpaca")));
    Path empty = write("e.json", "[]");
    refused("data-empty", () -> InstructionRows.read(empty, PromptTemplate.of("alpaca")));
  }

  @Test
  void aMissingOrEmptyKeyIsNamedWithItsLine() throws Exception {
    Path missing = write("train.jsonl", ROW + "{\"prompt\": \"x\", \"output\": \"y\"}\n");
    refused("instruction-rows", () -> InstructionRows.read(missing, PromptTemplate.of("alpaca")))
        .hasMessageContaining("train.jsonl line 2")
        .hasMessageContaining("[prompt, output]");
    Path blank = write("b.json", "[" + ROW + ",{\"instruction\": \"x\", \"output\": \" \"}]");
    refused("instruction-rows", () -> InstructionRows.read(blank, PromptTemplate.of("alpaca")))
        .hasMessageContaining("\"output\"")
        .hasMessageContaining("nothing in it");
  }

  @Test
  void aTemplateWithoutInputRefusesDataWithInputs() throws Exception {
    Path file = write("train.jsonl", ROW);
    refused("prompt-template", () -> InstructionRows.read(file, PromptTemplate.of("{instruction}")))
        .hasMessageContaining("train.jsonl line 1");
  }

  @Test
  void aPartIsHeldOutByWhatIsAsked() throws Exception {
    write("train.jsonl", rows(300));
    InstructionTask task = load(TaskOptions.of("instructions", directory));
    assertThat(task.dev().size()).isBetween(15, 45);
    assertThat(task.train())
        .hasSize(300 - task.dev().size())
        .doesNotContainAnyElementsOf(task.dev());
    assertThat(task.notes().get(0)).contains("held out " + task.dev().size() + " of 300");
    assertThat(task.summary()).hasSize(2);
    assertThat(task.limited(7).train()).hasSize(7).isSubsetOf(task.train());
    assertThat(task.limited(7).dev()).isEqualTo(task.dev());
  }

  @Test
  void ofManyAboutFourHundredAreHeldOut() {
    List<Instruction> many =
        IntStream.range(0, 20_000).mapToObj(i -> new Instruction("q" + i, "", "a")).toList();
    assertThat(HeldOut.of(many, Path.of("x")).dev().size()).isBetween(320, 480);
  }

  @Test
  void aFileToJudgeOnIsTaken() throws Exception {
    write("train.jsonl", rows(5));
    write("dev.json", "[" + ROW + "]");
    InstructionTask task = load(TaskOptions.of("instructions", directory));
    assertThat(task.train()).hasSize(5);
    assertThat(task.dev()).hasSize(1);
    assertThat(task.files()).hasSize(2);
  }

  @Test
  void tooFewToHoldAPartOutAreRefused() throws Exception {
    write("train.jsonl", rows(1));
    refused("data-empty", () -> load(TaskOptions.of("instructions", directory)))
        .hasMessageContaining("dev-file");
  }

  @Test
  void columnsOfTheTaskTextAreRefused() {
    TaskOptions options =
        new TaskOptions("instructions", directory, "q", null, null, null, null, true, 128, 0);
    refused("task-options", () -> load(options)).hasMessageContaining("text-column, regression");
  }

  private InstructionTask load(TaskOptions options) {
    return Tasks.instructions(options.name()).orElseThrow().load(options);
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"instruction\": \"Say %s.\", \"output\": \"it\"}\n"::formatted)
        .collect(Collectors.joining());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
