package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.TinyLlama;
import dev.aroma.data.InstructionOptions.Learned;
import dev.aroma.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructionSplitTest {
  private static final int A = 'a' - 28;
  private static final long NOT = Batch.NOT_LEARNED;
  private static final PromptTemplate BARE = PromptTemplate.of("{instruction}{input}");

  @TempDir Path directory;

  @Test
  void theAnswerAndItsEndAreLearned() throws Exception {
    Batch batch = split(10, Learned.ANSWER, one("ab", "c")).batch(new int[] {0}, 1);
    assertThat(batch.inputIds()).containsExactly(1, A, A + 1, A + 2, 2);
    assertThat(batch.tokenLabels()).containsExactly(NOT, NOT, NOT, A + 2, 2);
    assertThat(batch.attentionMask()).containsOnly(1);
    assertThat(batch.tokens()).isEqualTo(5);
  }

  @Test
  void everythingIsLearnedWhereAskedFor() throws Exception {
    Batch batch = split(10, Learned.ALL, one("ab", "c")).batch(new int[] {0}, 1);
    assertThat(batch.tokenLabels()).containsExactly(1, A, A + 1, A + 2, 2);
  }

  @Test
  void paddingIsOnTheRightAndNotLearned() throws Exception {
    InstructionSplit split = split(10, Learned.ALL, one("ab", "c"), one("a", "b"));
    Batch batch = split.batch(new int[] {1, 0}, 4);
    assertThat(batch.length()).isEqualTo(8);
    assertThat(split.lengths()).containsExactly(5, 4);
    assertThat(Arrays.copyOfRange(batch.tokenLabels(), 0, 8))
        .containsExactly(1, A, A + 1, 2, NOT, NOT, NOT, NOT);
    assertThat(Arrays.copyOfRange(batch.attentionMask(), 0, 8))
        .containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void whatIsTooLongLosesTheBeginningOfItsPrompt() throws Exception {
    InstructionSplit split = split(5, Learned.ANSWER, one("abcdef", "xy"), one("a", "b"));
    Batch batch = split.batch(new int[] {0}, 1);
    assertThat(batch.inputIds()).containsExactly(1, A + 5, 'x' - 28, 'y' - 28, 2);
    assertThat(batch.tokenLabels()).containsExactly(NOT, NOT, 'x' - 28, 'y' - 28, 2);
    assertThat(split.truncated()).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsTooLongByItselfLosesItsEnd() throws Exception {
    Batch batch = split(4, Learned.ANSWER, one("abc", "stuvw")).batch(new int[] {0}, 1);
    assertThat(batch.inputIds()).containsExactly(1, 's' - 28, 't' - 28, 'u' - 28);
    assertThat(batch.tokenLabels()).containsExactly(NOT, 's' - 28, 't' - 28, 'u' - 28);
  }

  @Test
  void whereATokenSpansTheBorderTheAnswerIsReadByItself() throws Exception {
    Files.writeString(
        directory.resolve("vocab.json"),
        """
        {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3,
         "a": 4, "b": 5, "\\u0120": 6, "\\u0120a": 7, "\\u0120ab": 8, "<mask>": 9}
        """);
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n\u0120 a\n\u0120a b\n");
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 100)) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, 2);
      List<int[]> prompts = encoder.prompts(List.of("b ", "b"));
      assertThat(prompts.get(0)).as("its own end token is left out").containsExactly(0, 5, 6);
      List<int[]> answers = encoder.answers(List.of("b ", "b"), prompts, List.of("ab", " ab"));
      assertThat(answers.get(0)).containsExactly(4, 5, 2);
      assertThat(answers.get(1)).containsExactly(8, 2);
      assertThat(encoder.begins()).isEqualTo(1);
    }
  }

  private static Instruction one(String prompt, String answer) {
    return new Instruction(prompt, "", answer);
  }

  private InstructionSplit split(int most, Learned learned, Instruction... all) throws Exception {
    TinyLlama.tokenizer(directory);
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 1000)) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, TinyLlama.EOS);
      return InstructionSplit.of("train", List.of(all), BARE, encoder, 0, most, learned);
    }
  }
}
