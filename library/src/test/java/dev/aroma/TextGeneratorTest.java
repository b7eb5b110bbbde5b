package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.GenerationOptions;
import dev.aroma.recipe.SavedGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stories model of 260,000 parameters tells what llama2.c makes it tell. */
class TextGeneratorTest {
  private static final String STORY =
      "Once upon a time, there was a little girl named Lily. She loved to play outside in the"
          + " park.";

  @TempDir private Path directory;

  private static Path stories() {
    return SharedFiles.require("models/stories260K");
  }

  private static GenerationOptions most(int tokens) {
    return new GenerationOptions(tokens, null, null, null, null, null);
  }

  @Test
  void tellsItsStoryFromNothing() {
    try (TextGenerator generator = TextGenerator.load(stories(), "cpu", "fp32")) {
      assertThat(generator.generate(List.of(""), most(60)).get(0)).startsWith(STORY);
      List<String> pieces = new ArrayList<>();
      generator.stream("", most(60), pieces::add);
      assertThat(pieces).hasSizeGreaterThan(40).doesNotContain("");
      assertThat(String.join("", pieces)).startsWith(STORY);
    }
  }

  @Test
  void promptsOfDifferentLengthsGoTogether() {
    try (TextGenerator generator = TextGenerator.load(stories(), "cpu", "fp32")) {
      List<String> prompts = List.of("Once upon a time, there was", "", "Tim and his dog");
      List<String> together = generator.generate(prompts, most(30));
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(generator.generate(List.of(prompts.get(i)), most(30)).get(0))
            .isEqualTo(together.get(i));
      }
      assertThat(together.get(0)).startsWith(" a little girl named Lily.");
    }
  }

  @Test
  void anAdapterChangesTheStoryAndOneOfZerosDoesNot() {
    EngineOptions engine = new EngineOptions("cpu", "fp32");
    List<String> stories = new ArrayList<>();
    for (float value : new float[] {0, 0.05f}) {
      Path adapter = directory.resolve("adapter" + value);
      float[] a = new float[64];
      float[] b = new float[64];
      Arrays.fill(a, value);
      Arrays.fill(b, 1);
      LoraFactors factors = LoraFactors.of("model.layers.2.self_attn.q_proj", 1, 64, 64, a, b, 1);
      AdapterFiles.write(
          adapter,
          new LoraAdapter("stories", "CAUSAL_LM", List.of(factors), List.of()),
          AdapterFiles.Mode.COMPACT);
      try (SavedGenerator generator =
          SavedGenerator.load(stories().toString(), adapter, engine, message -> {})) {
        stories.add(generator.generate(List.of(""), most(80)).get(0));
      }
    }
    assertThat(stories.get(0)).startsWith(STORY);
    assertThat(stories.get(1)).isNotEqualTo(stories.get(0));
  }

  @Test
  void aPromptOfTheWholeLengthIsRefused() {
    try (TextGenerator generator = TextGenerator.load(stories(), "cpu", "fp32")) {
      assertThatThrownBy(() -> generator.generate("word ".repeat(600)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("prompt 1: expected fewer than the model's 512 tokens, found 1802")
          .hasMessageContaining("prompt-too-long");
    }
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    copyStories();
    Files.delete(directory.resolve("tok512.bin"));
    Files.copy(
        SharedFiles.require("tokenizers/llama2/tokenizer.bin"), directory.resolve("tokenizer.bin"));
    assertThatThrownBy(() -> TextGenerator.load(directory, "cpu", "fp32"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("32000 tokens, but the model has embeddings for 512");
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    copyStories();
    Files.delete(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        """
        {"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}}
        """);
    assertThatThrownBy(() -> TextGenerator.load(directory, "cpu", "fp32"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("names the shard model-00001-of-00002.safetensors");
  }

  private void copyStories() throws IOException {
    try (Stream<Path> files = Files.list(stories())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
  }

  @Test
  void aClassifierWritesNoText() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    assertThatThrownBy(() -> TextGenerator.load(directory, "cpu", "fp32"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model_type: expected one of [llama], found 'bert'");
  }

  @Test
  void afterClosingItSaysSo() {
    TextGenerator generator = TextGenerator.load(stories(), "cpu", "fp32");
    generator.close();
    generator.close();
    assertThatThrownBy(() -> generator.generate("x")).isInstanceOf(IllegalStateException.class);
  }
}
