package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.peft.Methods;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Trained parameters on the shape of RoBERTa-base, without the head, against formulas. */
class MethodCountsTest {
  private static final int WORDS = 100; // in place of 50,265, to save memory
  private static final long LAYERS = 12;
  private static final long WIDTH = 768;
  private static final long WIDE = 3072;
  private static final long RANK_ONE = LAYERS * (4 * 2 * WIDTH + 2 * (WIDTH + WIDE));

  private static final String CONFIG =
      """
      {"model_type": "roberta", "vocab_size": 100, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "max_position_embeddings": 514,
       "type_vocab_size": 1, "pad_token_id": 1}
      """;

  private static SequenceClassifier robertaBase() {
    SequenceClassifier model =
        new BertFamily().classifier(JsonConfig.parse("roberta-base", CONFIG), 2, null);
    try (Scope scope = Scope.open()) {
      model
          .parameters()
          .values()
          .forEach(p -> p.value(Tensor.zeros(DType.BF16, Device.CPU, p.shape())));
    }
    return model;
  }

  private static Map<String, Long> expected() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("aroma", 165_888L);
    counts.put("pursuit", 0L); // the head alone at first
    counts.put("head", 0L);
    counts.put("full", 124_055_040L - (50_265 - WORDS) * WIDTH);
    counts.put("bitfit", LAYERS * (7 * WIDTH + WIDE) + WIDTH);
    counts.put("houlsby", LAYERS * 2 * (2 * WIDTH * 8 + 8 + WIDTH));
    counts.put("pfeiffer", LAYERS * (2 * WIDTH * 16 + 16 + WIDTH));
    counts.put("lora", 1_327_104L);
    counts.put("adalora", 12 * RANK_ONE + LAYERS * 6 * 12);
    counts.put("relora", RANK_ONE);
    counts.put("vera", LAYERS * 2 * (256 + WIDTH));
    counts.put("ia3", LAYERS * (2 * WIDTH + WIDE));
    return counts;
  }

  @Test
  void everyMethodTrainsAsManyParametersAsItsFormulaSays() {
    assertThat(RANK_ONE).isEqualTo(165_888);
    assertThat(expected().keySet()).isEqualTo(Methods.options().keySet());
    SequenceClassifier model = robertaBase();
    expected().forEach((name, count) -> count(model, count, name));
    count(model, 1_327_104 + LAYERS * (5 * WIDTH + WIDE), "lora", "dora", "true");
    count(model, 1_327_104, "lora", "plus-ratio", "4");
    model.unload();
  }

  @Test
  void theyAreThoseOfThePaper() {
    assertThat(expected().get("bitfit")).isEqualTo(102_144); // .10M
    assertThat(expected().get("houlsby")).isEqualTo(313_536); // .31M
    assertThat(expected().get("pfeiffer")).isEqualTo(304_320); // .30M
    assertThat(expected().get("adalora")).isEqualTo(1_991_520); // 2.01M, there with the head's
  }

  private static void count(
      SequenceClassifier model, long count, String name, String... keysAndValues) {
    try (Tuner tuner = MethodBench.attach(MethodBench.method(name, keysAndValues), model, 100)) {
      assertThat(tuner.liveParameters()).as(name).isEqualTo(count);
    }
  }
}
