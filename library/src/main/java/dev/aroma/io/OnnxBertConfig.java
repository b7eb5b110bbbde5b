package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives from a graph what {@code config.json} would say.
 *
 * <p>Sizes are shapes of weights. The number of heads is in the constants of the Reshape behind the
 * query; failing that, heads have 64 elements (32 where the hidden size is 384, as in MiniLM), with
 * a warning. The norm's epsilon is an attribute of LayerNormalization or, in older exports, the
 * constant added under the root.
 */
final class OnnxBertConfig {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxBertConfig.class);
  private static final double BERT_EPSILON = 1e-12;
  private static final double ONNX_EPSILON = 1e-5;

  private final OnnxModel model;
  private final String prefix;
  private final Map<String, RawTensor> weights;

  private OnnxBertConfig(OnnxModel model, Map<String, RawTensor> weights) {
    this.model = model;
    this.prefix = OnnxBertWeights.prefix(model);
    this.weights = weights;
  }

  /** Wants the weights to be those of a complete encoder of so many layers. */
  static JsonConfig derive(OnnxModel model, Map<String, RawTensor> weights, int layers) {
    OnnxBertConfig config = new OnnxBertConfig(model, weights);
    return JsonConfig.of(model.source(), config.json(layers));
  }

  private ObjectNode json(int layers) {
    long hidden = size("embeddings.word_embeddings.weight", 1);
    // RoBERTa counts its positions from the padding mask, which takes a cumulative sum.
    boolean roberta = model.nodes().stream().anyMatch(node -> node.opType().equals("CumSum"));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", roberta ? "roberta" : "bert");
    json.put("hidden_size", hidden);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads(hidden));
    json.put("intermediate_size", size("encoder.layer.0.intermediate.dense.weight", 0));
    json.put("vocab_size", size("embeddings.word_embeddings.weight", 0));
    json.put("max_position_embeddings", size("embeddings.position_embeddings.weight", 0));
    json.put("type_vocab_size", size("embeddings.token_type_embeddings.weight", 0));
    json.put("layer_norm_eps", epsilon());
    json.put("hidden_act", activation(layers));
    json.put("pad_token_id", roberta ? 1 : 0);
    // A graph for inference has no dropout: transformers' defaults.
    json.put("hidden_dropout_prob", 0.1);
    json.put("attention_probs_dropout_prob", 0.1);
    return json;
  }

  private long size(String name, int dimension) {
    return weights.get(name).shape()[dimension];
  }

  private long heads(long hidden) {
    String query = prefix + "encoder.layer.0.attention.self.query.bias";
    for (OnnxNode node : model.nodes()) {
      if (node.opType().equals("Reshape") && isSumWith(query, node.input(0))) {
        long heads = headsOf(shapeConstants(node.input(1)), hidden);
        if (heads > 0) {
          return heads;
        }
      }
    }
    long guess = Math.max(1, hidden / (hidden == 384 || hidden % 64 != 0 ? 32 : 64));
    LOG.warn("{}: the graph does not show the number of heads; taking {}", model.source(), guess);
    return guess;
  }

  private boolean isSumWith(String bias, String value) {
    return model
        .producer(value)
        .filter(node -> node.opType().equals("Add") && node.inputs().contains(bias))
        .isPresent();
  }

  /** From (batch, length, heads, size), where -1 stands for what the hidden size leaves. */
  private static long headsOf(List<Long> shape, long hidden) {
    if (shape.size() != 4) {
      return 0;
    }
    long heads = shape.get(2);
    long size = shape.get(3);
    if (heads > 0 && hidden % heads == 0 && (size == -1 || size == hidden / heads)) {
      return heads;
    }
    return heads == -1 && size > 0 && hidden % size == 0 ? hidden / size : 0;
  }

  /** The constants of a shape; 0 stands for what only running the graph would tell. */
  private List<Long> shapeConstants(String value) {
    Optional<OnnxNode> concat =
        model.producer(value).filter(node -> node.opType().equals("Concat"));
    if (concat.isEmpty()) {
      return longs(value);
    }
    List<Long> shape = new ArrayList<>();
    for (String part : concat.get().inputs()) {
      List<Long> known = longs(part);
      shape.addAll(known.isEmpty() ? List.of(0L) : known);
    }
    return shape;
  }

  private List<Long> longs(String value) {
    List<Long> result = new ArrayList<>();
    Optional<RawTensor> constant =
        model.constant(value).filter(t -> t.dtype() == DType.I64 && t.elements() <= 8);
    if (constant.isPresent()) {
      ByteBuffer bytes = constant.get().buffer();
      while (bytes.hasRemaining()) {
        result.add(bytes.getLong());
      }
    }
    return result;
  }

  private double epsilon() {
    String scale = prefix + "embeddings.LayerNorm.weight";
    for (OnnxNode node : model.nodes()) {
      if (!node.inputs().contains(scale)) {
        continue;
      }
      if (node.opType().equals("LayerNormalization")) {
        OnnxNode.Attribute epsilon = node.attributes().get("epsilon");
        return epsilon == null ? ONNX_EPSILON : decimal(epsilon.number());
      }
      String normalised = node.input(node.input(0).equals(scale) ? 1 : 0);
      Optional<Double> found = epsilonUnderRoot(normalised);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return BERT_EPSILON;
  }

  /** Of (x − mean) / √(variance + ε), written as Div, Sqrt and Add. */
  private Optional<Double> epsilonUnderRoot(String normalised) {
    return producer(normalised, "Div")
        .flatMap(div -> producer(div.input(1), "Sqrt"))
        .flatMap(sqrt -> producer(sqrt.input(0), "Add"))
        .flatMap(add -> scalar(add.input(1)).or(() -> scalar(add.input(0))));
  }

  private Optional<OnnxNode> producer(String value, String opType) {
    return model.producer(value).filter(node -> node.opType().equals(opType));
  }

  private Optional<Double> scalar(String value) {
    return model
        .constant(value)
        .filter(tensor -> tensor.dtype().floating() && tensor.elements() == 1)
        .map(tensor -> decimal(tensor.toFloats()[0]));
  }

  /** The shortest decimal that gives this float: 1e-12, not 9.999999960041972e-13. */
  private static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private String activation(int layers) {
    long tanhs = count("Tanh");
    OnnxNode gelu =
        model.nodes().stream().filter(n -> n.opType().equals("Gelu")).findFirst().orElse(null);
    if (gelu != null) {
      OnnxNode.Attribute approximate = gelu.attributes().get("approximate");
      boolean tanh = approximate != null && approximate.text().equals("tanh");
      return tanh ? "gelu_new" : "gelu";
    }
    // The pooler has one Tanh; more of them are the approximation of GELU.
    if (count("Erf") == 0 && tanhs >= layers && tanhs > 1) {
      return "gelu_new";
    }
    return count("Erf") == 0 && count("Relu") >= layers ? "relu" : "gelu";
  }

  private long count(String opType) {
    return model.nodes().stream().filter(node -> node.opType().equals(opType)).count();
  }
}
