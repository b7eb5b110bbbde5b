package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxBertTest {
  private static final String QUERY = "encoder.layer.0.attention.self.query.weight";
  private static final String UP = "encoder.layer.0.intermediate.dense.weight";

  @TempDir Path directory;

  private static OnnxBert open(TinyOnnxBert graph) {
    return OnnxBert.of(graph.build());
  }

  private static void refused(TinyOnnxBert graph, String... says) {
    OnnxModel model = graph.build();
    assertThatThrownBy(() -> OnnxBert.of(model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tiny.onnx")
        .hasMessageContainingAll(says);
  }

  @Test
  void anonymousWeightsAreNamedByTheirBiasAndTransposed() {
    try (OnnxBert bert = open(new TinyOnnxBert())) {
      RawTensor up = bert.get(UP);
      assertThat(up.shape()).containsExactly(6, 4);
      // The graph has 0, 1, 2, … as (4, 6), so the first column was 0, 6, 12, 18.
      assertThat(up.toFloats()).startsWith(0, 6, 12, 18, 1, 7);
      assertThat(up.name()).isEqualTo(UP);
      assertThat(bert.get(QUERY).shape()).containsExactly(4, 4);
      assertThat(bert.get("encoder.layer.0.output.dense.weight").shape()).containsExactly(4, 6);
    }
  }

  @Test
  void whatKeptItsNameIsTakenAsItIs() {
    try (OnnxBert bert = open(new TinyOnnxBert())) {
      assertThat(bert.get("embeddings.word_embeddings.weight").shape()).containsExactly(10, 4);
      assertThat(bert.get("encoder.layer.0.intermediate.dense.bias").toFloats())
          .containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(bert.names()).hasSize(21).noneMatch(name -> name.contains("onnx::"));
      assertThat(bert.contains("embeddings.position_ids")).isFalse();
    }
  }

  @Test
  void aPrefixIsTakenOff() {
    for (String prefix : new String[] {"bert.", "model.", "0.auto_model."}) {
      try (OnnxBert bert = open(new TinyOnnxBert().prefix(prefix))) {
        assertThat(bert.names()).contains(QUERY, "embeddings.LayerNorm.bias");
        assertThat(bert.config().requireInt("num_attention_heads")).isEqualTo(2);
        assertThat(bert.config().requireDouble("layer_norm_eps")).isEqualTo(1e-12);
      }
    }
  }

  @Test
  void aHeadKeepsItsName() {
    TinyOnnxBert graph =
        new TinyOnnxBert()
            .prefix("bert.")
            .initialiser(TinyOnnxBert.counting("classifier.weight", 3, 4))
            .initialiser(TinyOnnxBert.counting("classifier.bias", 3))
            .add(
                ProtoBytes.node("Gemm", "x,classifier.weight,classifier.bias", "logits")
                    .message(5, ProtoBytes.message().text(1, "transB").varint(3, 1)));
    try (OnnxBert bert = open(graph)) {
      assertThat(bert.get("classifier.weight").shape()).containsExactly(3, 4);
      assertThat(bert.get("classifier.weight").toFloats()).startsWith(0, 1, 2, 3);
    }
  }

  @Test
  void gemmWithoutTransposeHoldsInByOut() {
    try (OnnxBert bert = open(new TinyOnnxBert().gemm().shapeless())) {
      assertThat(bert.get(UP).shape()).containsExactly(6, 4);
      assertThat(bert.get(UP).toFloats()).startsWith(0, 6, 12, 18);
    }
  }

  @Test
  void equalParametersStoredOnceAreFound() {
    String bias = "encoder.layer.0.attention.self.key.bias";
    TinyOnnxBert graph =
        new TinyOnnxBert()
            .without(bias)
            .add(ProtoBytes.node("Identity", "encoder.layer.0.attention.self.query.bias", bias));
    try (OnnxBert bert = open(graph)) {
      assertThat(bert.get(bias).toFloats()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void theConfigFollowsFromShapesAndConstants() {
    try (OnnxBert bert = open(new TinyOnnxBert())) {
      JsonConfig config = bert.config();
      assertThat(config.requireString("model_type")).isEqualTo("bert");
      assertThat(config.requireInt("hidden_size")).isEqualTo(4);
      assertThat(config.requireInt("num_hidden_layers")).isEqualTo(1);
      assertThat(config.requireInt("num_attention_heads")).isEqualTo(2);
      assertThat(config.requireInt("intermediate_size")).isEqualTo(6);
      assertThat(config.requireInt("vocab_size")).isEqualTo(10);
      assertThat(config.requireInt("max_position_embeddings")).isEqualTo(7);
      assertThat(config.requireInt("type_vocab_size")).isEqualTo(2);
      assertThat(config.requireDouble("layer_norm_eps")).isEqualTo(1e-12);
      assertThat(config.requireString("hidden_act")).isEqualTo("gelu");
      assertThat(config.requireInt("pad_token_id")).isZero();
    }
  }

  @Test
  void newerExportsAreUnderstoodToo() {
    try (OnnxBert bert = open(new TinyOnnxBert().fusedNorms())) {
      assertThat(bert.config().requireInt("num_attention_heads")).isEqualTo(2);
      assertThat(bert.config().requireDouble("layer_norm_eps")).isEqualTo(1e-5);
    }
  }

  @Test
  void positionsFromACumulativeSumMeanRoberta() {
    try (OnnxBert bert = open(new TinyOnnxBert().add(ProtoBytes.node("CumSum", "m,a", "p")))) {
      assertThat(bert.config().requireString("model_type")).isEqualTo("roberta");
      assertThat(bert.config().requireInt("pad_token_id")).isEqualTo(1);
    }
  }

  @Test
  void withoutAReshapeTheHeadsAreGuessed() {
    try (OnnxBert bert = open(new TinyOnnxBert().shapeless())) {
      assertThat(bert.config().requireInt("num_attention_heads")).isEqualTo(1);
    }
  }

  @Test
  void geluWithTanhIsTold() {
    ProtoBytes gelu =
        ProtoBytes.node("Gelu", "x", "g")
            .message(5, ProtoBytes.message().text(1, "approximate").text(4, "tanh"));
    try (OnnxBert bert = open(new TinyOnnxBert().add(gelu))) {
      assertThat(bert.config().requireString("hidden_act")).isEqualTo("gelu_new");
    }
    try (OnnxBert bert = open(new TinyOnnxBert().add(ProtoBytes.node("Gelu", "x", "g")))) {
      assertThat(bert.config().requireString("hidden_act")).isEqualTo("gelu");
    }
  }

  @Test
  void missingWeightsAreNamed() {
    refused(new TinyOnnxBert().without(QUERY), "1 weights", QUERY, "#onnx-not-bert");
    refused(
        new TinyOnnxBert().without("embeddings.token_type_embeddings.weight"),
        "embeddings.token_type_embeddings.weight");
    refused(new TinyOnnxBert().without("encoder.layer.0.output.dense.bias"), "1 weights", "output");
    OnnxModel empty = OnnxModel.parse("tiny.onnx", ProtoBytes.model(ProtoBytes.message()));
    assertThatThrownBy(() -> OnnxBert.of(empty)).hasMessageContaining("21 weights");
  }

  @Test
  void wrongShapesAreRefused() {
    String bias = "encoder.layer.0.attention.self.key.bias";
    refused(
        new TinyOnnxBert().without(bias).initialiser(TinyOnnxBert.counting(bias, 5)),
        bias + " has shape [5], expected [4]");
    String word = "embeddings.word_embeddings.weight";
    refused(
        new TinyOnnxBert().without(word).initialiser(TinyOnnxBert.counting(word, 3)),
        "expected a matrix, found " + word);
    refused(
        new TinyOnnxBert().without(word).initialiser(TinyOnnxBert.counting(word, 0, 4)),
        "expected a matrix");
  }

  @Test
  void anUnknownNameIsTold() {
    try (OnnxBert bert = open(new TinyOnnxBert())) {
      assertThat(bert.source()).isEqualTo("tiny.onnx");
      assertThatThrownBy(() -> bert.get("pooler.dense.weight"))
          .hasMessageContaining("#missing-tensor");
    }
  }

  @Test
  void aDirectoryWithAnExportIsAModelDirectory() {
    for (String name : new String[] {"a/model.onnx", "b/onnx/model.onnx"}) {
      Path file = FileBytes.write(directory.resolve(name), new TinyOnnxBert().bytes());
      HfDirectory model = HfDirectory.open(directory.resolve(name.substring(0, 1)));
      assertThat(model.config().requireInt("hidden_size")).isEqualTo(4);
      assertThat(model.config().source()).isEqualTo(file.toString());
      try (TensorSource weights = model.weights()) {
        assertThat(weights.get(QUERY).shape()).containsExactly(4, 4);
      }
    }
  }
}
