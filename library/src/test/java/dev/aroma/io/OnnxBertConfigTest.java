package dev.aroma.io;

import static dev.aroma.io.ProtoBytes.constant;
import static dev.aroma.io.ProtoBytes.longTensor;
import static dev.aroma.io.ProtoBytes.message;
import static dev.aroma.io.ProtoBytes.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the graph tells of a config, on weights of chosen sizes and no other nodes. */
class OnnxBertConfigTest {
  private static final String QUERY = "encoder.layer.0.attention.self.query.bias";

  private final ProtoBytes graph = message();

  private OnnxBertConfigTest add(ProtoBytes node) {
    graph.message(1, node);
    return this;
  }

  private JsonConfig derive(int hidden, int layers) {
    Map<String, RawTensor> weights = new LinkedHashMap<>();
    put(weights, "embeddings.word_embeddings.weight", 2, hidden);
    put(weights, "embeddings.position_embeddings.weight", 3, hidden);
    put(weights, "embeddings.token_type_embeddings.weight", 1, hidden);
    put(weights, "encoder.layer.0.intermediate.dense.weight", 5, hidden);
    return OnnxBertConfig.derive(OnnxModel.parse("g", ProtoBytes.model(graph)), weights, layers);
  }

  private static void put(Map<String, RawTensor> weights, String name, int rows, int columns) {
    weights.put(name, RawTensor.ofFloats(name, new float[rows * columns], rows, columns));
  }

  private int heads(int hidden) {
    return derive(hidden, 2).requireInt("num_attention_heads");
  }

  private OnnxBertConfigTest reshapeTo(ProtoBytes shape) {
    add(node("Add", "product," + QUERY, "query"));
    graph.message(5, shape);
    return add(node("Reshape", "query,shape", "heads"));
  }

  @Test
  void guessedHeadsAreOfSixtyFourOrAsInMiniLm() {
    assertThat(heads(768)).isEqualTo(12);
    assertThat(heads(1024)).isEqualTo(16);
    assertThat(heads(384)).isEqualTo(12);
    assertThat(heads(96)).isEqualTo(3);
    assertThat(heads(4)).isEqualTo(1);
  }

  @Test
  void headsStandInTheShape() {
    assertThat(reshapeTo(longTensor("shape", 0, 0, 8, 96)).heads(768)).isEqualTo(8);
  }

  @Test
  void headsFollowFromTheirSize() {
    assertThat(reshapeTo(longTensor("shape", 0, 0, -1, 32)).heads(768)).isEqualTo(24);
  }

  @Test
  void theSizeMayBeLeftToTheHeads() {
    assertThat(reshapeTo(longTensor("shape", 0, 0, 24, -1)).heads(768)).isEqualTo(24);
  }

  @Test
  void shapesThatDoNotFitAreNoHeads() {
    assertThat(reshapeTo(longTensor("shape", 0, 0, 7, 96)).heads(768)).isEqualTo(12);
  }

  @Test
  void shapesOfOtherRanksAreNoHeads() {
    assertThat(reshapeTo(longTensor("shape", 0, 8, 96)).heads(768)).isEqualTo(12);
  }

  @Test
  void reshapesOfOtherValuesAreNoHeads() {
    graph.message(5, longTensor("shape", 0, 0, 8, 96));
    add(node("Reshape", "something,shape", "else"));
    assertThat(heads(768)).isEqualTo(12);
  }

  @Test
  void aShapeMayBeJoinedFromConstants() {
    add(node("Add", QUERY + ",product", "query"));
    add(constant("eight", longTensor("", 8)));
    add(constant("rest", longTensor("", 96)));
    add(node("Concat", "batch,length,eight,rest", "shape"));
    add(node("Reshape", "query,shape", "heads"));
    assertThat(heads(768)).isEqualTo(8);
  }

  @Test
  void theEpsilonIsBertsWhereTheGraphDoesNotTell() {
    assertThat(derive(64, 2).requireDouble("layer_norm_eps")).isEqualTo(1e-12);
  }

  @Test
  void aNormWithoutEpsilonHasThatOfOnnx() {
    add(node("LayerNormalization", "x,embeddings.LayerNorm.weight,b", "y"));
    assertThat(derive(64, 2).requireDouble("layer_norm_eps")).isEqualTo(1e-5);
  }

  @Test
  void aNormsEpsilonIsTheShortestDecimal() {
    add(
        node("LayerNormalization", "x,embeddings.LayerNorm.weight,b", "y")
            .message(5, message().text(1, "epsilon").float32(2, 1e-6f)));
    assertThat(derive(64, 2).requireDouble("layer_norm_eps")).isEqualTo(1e-6);
  }

  @Test
  void tanhInEveryLayerIsTheApproximationOfGelu() {
    add(node("Tanh", "a", "b")).add(node("Tanh", "c", "d"));
    assertThat(derive(64, 2).requireString("hidden_act")).isEqualTo("gelu_new");
  }

  @Test
  void oneTanhIsThePooler() {
    add(node("Tanh", "a", "b"));
    assertThat(derive(64, 2).requireString("hidden_act")).isEqualTo("gelu");
  }

  @Test
  void reluInEveryLayerIsTheActivation() {
    add(node("Relu", "a", "b")).add(node("Relu", "c", "d"));
    assertThat(derive(64, 2).requireString("hidden_act")).isEqualTo("relu");
  }

  @Test
  void sizesAreThoseOfTheWeights() {
    JsonConfig config = derive(64, 2);
    assertThat(config.requireInt("hidden_size")).isEqualTo(64);
    assertThat(config.requireInt("intermediate_size")).isEqualTo(5);
    assertThat(config.requireInt("vocab_size")).isEqualTo(2);
    assertThat(config.requireInt("max_position_embeddings")).isEqualTo(3);
    assertThat(config.requireInt("type_vocab_size")).isEqualTo(1);
    assertThat(config.requireInt("num_hidden_layers")).isEqualTo(2);
    assertThat(config.source()).isEqualTo("g");
  }
}
