package dev.aroma.bench;

import dev.aroma.io.JsonConfig;
import dev.aroma.io.RawTensor;
import dev.aroma.io.TensorSource;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;

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
    JsonConfig config = JsonConfig.parse(shape, SHAPES.get(shape));
    SequenceClassifier model = new BertFamily().classifier(config, 2, dropout);
    Weights.load(
        model,
        new Source(model.parameters()),
        device,
        path -> trained || model.inHead(path) ? DType.F32 : type,
        new Rng(0));
    model.computeType(type);
    return model;
  }

  private record Source(Map<String, Parameter> parameters) implements TensorSource {
    @Override
    public Set<String> names() {
      return parameters.keySet();
    }

    @Override
    public RawTensor get(String name) {
      long[] shape = parameters.get(name).shape();
      float[] values = new float[(int) parameters.get(name).count()];
      if (name.endsWith("LayerNorm.weight")) {
        Arrays.fill(values, 1);
      } else {
        Random random = new Random(name.hashCode());
        for (int i = 0; i < values.length; i++) {
          values[i] = (random.nextFloat() - 0.5f) * 0.07f; // deviation 0.02
        }
      }
      return RawTensor.ofFloats(name, values, shape);
    }

    @Override
    public String source() {
      return "random";
    }

    @Override
    public void close() {
      // it holds nothing
    }
  }
}
