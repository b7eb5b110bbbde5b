package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.Methods;
import dev.aroma.report.Result;
import dev.aroma.tensor.DType;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of every method, and what becomes of their directories. */
class SavedMethodsTest {
  private static final EngineOptions CPU = new EngineOptions("cpu", "fp32");
  private static final List<String> TEXTS = List.of("w0 w5", "w1 w7 w9", "w3");

  @TempDir Path directory;
  private Path base;
  private Path texts;

  @BeforeEach
  void checkpoint() throws IOException {
    base = TinyCheckpoint.write(directory.resolve("base"));
    texts = TinyCheckpoint.texts(directory.resolve("texts.csv"));
  }

  static Stream<String> methods() {
    return Methods.options().keySet().stream();
  }

  private FineTuned run(String method, String... sets) {
    Config config =
        Config.empty()
            .with("model.path", base.toString(), "test")
            .with("task.name", "text", "test")
            .with("task.data", texts.toString(), "test")
            .with("task.max-length", "8", "test")
            .with("method.name", method, "test")
            .with("train.max-steps", "30", "test")
            .with("train.learning-rate", "0.02", "test")
            .with("train.schedule.warmup", "2", "test")
            .with("engine.device", "cpu", "test")
            .with("output", directory.resolve("run").toString(), "test");
    for (String set : sets) {
      config = config.withSet(set);
    }
    return FineTuning.run(Recipes.bind(config), List.of("test"), Watch.NOBODY);
  }

  private static List<Prediction> predictions(Path from) {
    try (SavedClassifier saved = SavedClassifier.load(from, CPU)) {
      return saved.classify(TEXTS, null);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void runsAreScoredAlikeWhenLoadedAndAnswerAlikeWhenMerged(String method) {
    FineTuned run = run(method);
    Result result = run.result();
    assertThat(result.method()).isEqualTo(method);
    Path merged = directory.resolve("merged");
    try (SavedClassifier saved = SavedClassifier.load(run.directory(), CPU)) {
      assertThat(saved.evaluate(null).get("accuracy")).isCloseTo(result.score(), within(1e-9));
      if (List.of("houlsby", "pfeiffer").contains(method)) {
        assertThatThrownBy(() -> saved.writeMerged(merged, Export.SHARD_BYTES))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("found " + method)
            .hasMessageContaining("#cannot-merge");
        assertThat(merged).doesNotExist();
        return;
      }
      saved.writeMerged(merged, Export.SHARD_BYTES);
    }
    List<Prediction> ours = predictions(run.directory());
    List<Prediction> theirs = predictions(merged);
    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(theirs.get(i).probabilities().get("yes"))
          .isCloseTo(ours.get(i).probabilities().get("yes"), within(1e-5));
    }
  }

  @Test
  void mergedModelKeepsTheRunsMaximumLength() throws IOException {
    Path merged = directory.resolve("merged");
    try (SavedClassifier saved = SavedClassifier.load(run("lora").directory(), CPU)) {
      saved.writeMerged(merged, Export.SHARD_BYTES);
    }
    Path config = merged.resolve("tokenizer_config.json");
    assertThat(config)
        .content()
        .contains("\"model_max_length\" : 8", "\"PreTrainedTokenizerFast\"", "token_type_ids");
    String longer = "w1 w7 w9 w2 w3 w4 w5 w6 w8";
    try (SavedClassifier saved = SavedClassifier.load(merged, CPU)) {
      List<Prediction> both = saved.classify(List.of(longer, longer + " w10 w11"), null);
      assertThat(both.get(0).probabilities())
          .as("both are cut off after six words")
          .isEqualTo(both.get(1).probabilities());
    }
    assertThat(MergedTokenizer.maxLength(merged, 16)).isEqualTo(8);
    assertThat(MergedTokenizer.maxLength(merged, 4)).as("the positions bind").isEqualTo(4);
    Files.writeString(config, "{\"model_max_length\": 1000000000000000019884624838656}");
    assertThat(MergedTokenizer.maxLength(merged, 16)).as("unknown").isEqualTo(16);
    Files.delete(config);
    assertThat(MergedTokenizer.maxLength(merged, 16)).isEqualTo(16);
  }

  @Test
  void roundedWeightsAreNotPassedOffAsMergedOnes() {
    Path from = run("lora").directory();
    try (SavedClassifier saved = SavedClassifier.load(from, new EngineOptions("cpu", "bf16"))) {
      assertThatThrownBy(() -> saved.writeMerged(directory.resolve("merged"), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("fp32");
    }
  }

  /** A maximum beyond the positions, or a pair for a model of one type, ended inside libtorch. */
  @Test
  void noTextIsTooLongAndNoTypeIsUnknownToTheModel() throws IOException {
    Path config = base.resolve("config.json");
    String roberta =
        Files.readString(config)
            .replace("\"bert\"", "\"roberta\"")
            .replace("\"type_vocab_size\" : 2", "\"type_vocab_size\" : 1");
    assertThat(roberta).contains("\"roberta\"", "\"type_vocab_size\" : 1");
    Files.writeString(config, roberta);
    SequenceClassifier model = ModelFiles.find(base.toString(), text -> {}).classifier(2, null);
    TinyCheckpoint.weights(model, base);
    model.unload();
    Path trained = run("lora").directory();
    Path labels = trained.resolve("labels.json");
    Files.writeString(labels, Files.readString(labels).replaceAll("(max_length\" : )8", "$1999"));
    try (SavedClassifier saved = SavedClassifier.load(trained, CPU)) {
      List<String> texts = List.of("w1 ".repeat(400), "w2");
      assertThat(saved.classify(texts, texts)).hasSize(2);
    }
  }

  @Test
  void modelWithoutAFittingHeadIsRefused() throws IOException {
    Path config = base.resolve("config.json");
    String labels = "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, ";
    Files.writeString(config, labels + Files.readString(config).strip().substring(1));
    assertThatThrownBy(() -> SavedClassifier.load(base, CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(base + " has no classification head for 3 labels: classifier")
        .hasMessageContaining("#not-a-classifier");
  }

  @Test
  void aRunInTheDirectoryOfAModelIsReadAsTheRun() throws IOException {
    Path from = run("head").directory();
    Files.copy(base.resolve("config.json"), from.resolve("config.json"));
    try (SavedClassifier saved = SavedClassifier.load(from, CPU)) {
      assertThat(saved.options()).isPresent();
    }
  }

  @Test
  void tokenizerThatTheModelDoesNotKnowIsClosed() throws IOException {
    SequenceClassifier small = TinyModels.random("bert", 2, DType.F32);
    Path words = base.resolve("vocab.txt");
    Files.writeString(words, Files.readString(words).strip() + "\none\nmore\n");
    TextTokenizer large = TextTokenizer.load(base, 8);
    assertThatThrownBy(() -> ModelFiles.checked(large, small, base))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#tokenizer-vocabulary");
    assertThatThrownBy(() -> large.encode("w0")).isInstanceOf(IllegalStateException.class);
    small.unload();
  }

  @Test
  void ranksAndEffectiveRanksReachTheResult() {
    Result result =
        run("adalora", "method.initial-rank=4", "method.target-rank=2", "method.interval=1")
            .result();
    assertThat(result.ranks()).hasSize(12);
    assertThat(result.totalRank()).isEqualTo(24);
    assertThat(result.effectiveRanks().keySet()).isEqualTo(result.ranks().keySet());
    result
        .effectiveRanks()
        .forEach(
            (path, effective) ->
                assertThat(effective).isBetween(0.0, result.ranks().get(path) + 1e-6));
    assertThat(result.parameters().adapterFinal())
        .as("masked components are of no use any more")
        .isLessThan(result.parameters().adapterInitial());
  }

  @Test
  void filesAreOfPeftWherePeftHasTheMethod() {
    Path adapter = run("vera").directory().resolve("adapter");
    assertThat(adapter.resolve("adapter_config.json")).content().contains("\"VERA\"");
    assertThat(adapter.resolve("adapter_model.safetensors")).isNotEmptyFile();
    assertThat(adapter.resolve("aroma_adapter.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "bitfit"})
  void otherFilesAreOurs(String method) {
    Path adapter = run(method).directory().resolve("adapter");
    assertThat(adapter.resolve("aroma_adapter.json")).content().contains("\"aroma-adapter\"");
    assertThat(adapter.resolve("aroma_adapter.safetensors")).isNotEmptyFile();
    assertThat(adapter.resolve("adapter_config.json")).doesNotExist();
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() throws IOException {
    Path adapter = run("houlsby").directory().resolve("adapter");
    Path weights = adapter.resolve("aroma_adapter.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(
        weights,
        text.replace("layer.1.output.dense.adapter", "layer.7.output.dense.adapter")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SavedClassifier.load(adapter.getParent(), CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no counterpart for bert.encoder.layer.7.output.dense")
        .hasMessageContaining("#adapter-mismatch");
  }
}
