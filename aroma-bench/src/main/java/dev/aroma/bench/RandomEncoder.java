package dev.aroma.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.JsonConfig;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Map;
import java.util.TreeSet;

/** Encoders of a known shape with random weights: for timing, weights don't matter. */
final class RandomEncoder {
  private static final Map<String, String> SHAPES =
      Map.of(
          "roberta-base",
          """
          {"model_type": "roberta", "vocab_size": 50265, "hidden_size": 768,
           "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
           "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5,
           "pad_token_id": 1}
          """,
          "bert-base",
          """
          {"model_type": "bert", "vocab_size": 30522, "hidden_size": 768,
           "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
           "max_position_embeddings": 512}
          """,
          "minilm",
          """
          {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384,
           "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
           "max_position_embeddings": 512}
          """,
          "tiny-bert",
          """
          {"model_type": "bert", "vocab_size": 30522, "hidden_size": 64,
           "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128,
           "max_position_embeddings": 512}
          """);

  private RandomEncoder() {}

  /**
   * A classifier of two classes, loaded.
   *
   * @param trained whether all weights will be trained, in float32
   * @param dropout null for the shape's own
   */
  static SequenceClassifier load(
      String shape, Device device, DType type, boolean trained, Double dropout) {
    return load(shape, 0, device, type, trained, dropout);
  }

  /**
   * {@link #load(String, Device, DType, boolean, Double)} with another number of blocks.
   *
   * @param layers 0 for the shape's own
   */
  static SequenceClassifier load(
      String shape, int layers, Device device, DType type, boolean trained, Double dropout) {
    SequenceClassifier model = new BertFamily().classifier(config(shape, layers), 2, dropout);
    Engine.seed(0);
    model
        .parameters()
        .forEach(
            (path, parameter) -> {
              DType stored = trained || model.inHead(path) ? DType.F32 : type;
              try (Scope scope = Scope.open()) {
                parameter.value(
                    path.endsWith("LayerNorm.weight")
                        ? Tensor.full(1, stored, device, parameter.shape())
                        : Tensor.normal(
                                model.initializerRange(), DType.F32, device, parameter.shape())
                            .to(stored)); // the same numbers in every type
              }
            });
    model.computeType(type);
    return model;
  }

  /** Whether it has a shape of this name. */
  static boolean knows(String shape) {
    return SHAPES.containsKey(shape);
  }

  /**
   * What a shape's {@code config.json} says.
   *
   * @param layers 0 for the shape's own
   */
  static JsonConfig config(String shape, int layers) {
    String config = SHAPES.get(shape);
    if (config == null) {
      throw new IllegalArgumentException(
          "expected one of %s, found %s".formatted(new TreeSet<>(SHAPES.keySet()), shape));
    }
    ObjectNode json = JsonConfig.parse(shape, config).json();
    if (layers > 0) {
      json.put("num_hidden_layers", layers);
    }
    return JsonConfig.parse(shape, json.toString());
  }
}
