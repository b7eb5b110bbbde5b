package dev.aroma.model;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;

/** Random models that are small enough for a test. */
public final class TinyModels {
  /** Ids that the models know. */
  public static final int VOCABULARY = 50;

  private static final String CONFIG =
      """
      {"model_type": "%s", "vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2,
       "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 24,
       "type_vocab_size": 2, "pad_token_id": 1, "hidden_dropout_prob": 0.0,
       "attention_probs_dropout_prob": 0.0, "initializer_range": 0.1}
      """;

  private TinyModels() {}

  /** The config of a model type, {@code bert} or {@code roberta}. */
  public static JsonConfig config(String type) {
    return JsonConfig.parse("tiny config.json", CONFIG.formatted(type));
  }

  /** A model with seeded random weights in an element type. */
  public static SequenceClassifier random(String type, int labels, DType dtype) {
    SequenceClassifier model = new BertFamily().classifier(config(type), labels, null);
    model.computeType(dtype);
    try (Scope scope = Scope.open()) {
      model
          .parameters()
          .forEach(
              (path, p) -> {
                boolean one = path.endsWith("LayerNorm.weight");
                Tensor value =
                    one
                        ? Tensor.full(1, DType.F32, Device.CPU, p.shape())
                        : new Rng(7).stream(path).normal(0.15, p.shape());
                p.value(value.to(model.inHead(path) ? DType.F32 : dtype));
              });
    }
    return model;
  }

  /** A batch of random ids without padding, (8, 10). */
  public static Inputs inputs() {
    Tensor ids = new Rng(3).uniform(2, VOCABULARY - 1, 8, 10).to(DType.I64);
    return new Inputs(ids, Tensor.zeros(DType.I64, Device.CPU, 8, 10), null);
  }

  /** A label for each row of {@link #inputs}. */
  public static Tensor labels(int classes) {
    long[] labels = new long[8];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % classes;
    }
    return Tensor.of(labels, labels.length);
  }
}
