package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.SharedFiles;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.optim.AdamW;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AdaLoRA step by step against PEFT: losses with the penalty, budgets, ranks, factors. */
class AdaLoraTraceTest {
  private static final String PREFIX = "base_model.model.";
  private static final double RATE = 5e-3;

  /**
   * The trace tells no settings: the schedule follows from its budgets, the rest from its losses.
   */
  private static final AdaLoraOptions OPTIONS =
      new AdaLoraOptions(ReferenceRun.SIX, 6, 3, 12, 0, 6, 15, 3, 0.5, 0.85, 0.85);

  @Test
  void lossesBudgetsRanksAndFactorsFollowPeft() throws IOException {
    Path trace = SharedFiles.require("reference/traces/adalora");
    JsonNode log = new ObjectMapper().readTree(trace.resolve("batches.json").toFile()).get("log");
    SequenceClassifier model = ReferenceRun.tinyRoberta();
    try (Scope scope = Scope.open();
        Tuner tuner =
            OPTIONS
                .method()
                .attach(model, new Setup(new Rng(0), Device.CPU, log.size(), model.head()));
        SafetensorsFile initial = SafetensorsFile.open(trace.resolve("initial.safetensors"));
        SafetensorsFile batches = SafetensorsFile.open(trace.resolve("batches.safetensors"));
        SafetensorsFile end = SafetensorsFile.open(trace.resolve("final.safetensors"))) {
      List<String> paths = List.copyOf(tuner.ranks().keySet());
      List<String> parts = List.of(".lora_A.default", ".lora_B.default", ".lora_E.default");
      ReferenceRun.start(
          model,
          tuner,
          initial,
          i -> PREFIX + paths.get(i / 3) + parts.get(i % 3),
          PREFIX + "classifier.modules_to_save.default");
      train(model, tuner, batches, log);
      tuner.changes().forEach((path, change) -> sameFactors(path, (Triplets) change, end));
    }
    model.unload();
  }

  private static void train(
      SequenceClassifier model, Tuner tuner, SafetensorsFile batches, JsonNode log) {
    AdaLoraBudget budget = OPTIONS.budget(12, log.size());
    try (AdamW adam =
        new AdamW(AdamW.Settings.DEFAULT, ReferenceRun.groups(model, tuner, 0), Device.CPU)) {
      for (int step = 1; step <= log.size(); step++) {
        JsonNode expected = log.get(step - 1);
        assertThat(ReferenceRun.backward(model, tuner, batches, step - 1))
            .as("loss of step %d", step)
            .isCloseTo(expected.get("loss").asDouble(), within(1e-4));
        adam.step(group -> RATE);
        tuner.afterStep(step);
        adam.zeroGradients();
        assertThat(budget.at(step))
            .as("budget of step %d", step)
            .isEqualTo(expected.get("budget").asInt());
        sameRanks(step, tuner, expected.get("ranks"));
      }
    }
  }

  /** Components with E other than 0: between two choices Adam brings the masked ones back. */
  private static void sameRanks(int step, Tuner tuner, JsonNode expected) {
    try (Scope scope = Scope.open()) {
      tuner
          .factors()
          .forEach(
              (path, low) ->
                  assertThat(low.rank())
                      .as("rank of %s at step %d", path, step)
                      .isEqualTo(expected.get(path).asInt()));
    }
    if (OPTIONS.budget(12, 60).masksAt(step)) {
      tuner.ranks().forEach((path, rank) -> assertThat(rank).isEqualTo(expected.get(path).asInt()));
    }
  }

  private static void sameFactors(String path, Triplets found, SafetensorsFile end) {
    String key = PREFIX + path;
    ReferenceRun.close(path, found.a(), Weights.tensor(end.get(key + ".lora_A.default")), 1e-3);
    ReferenceRun.close(path, found.b(), Weights.tensor(end.get(key + ".lora_B.default")), 1e-3);
    ReferenceRun.close(path, found.e(), Weights.tensor(end.get(key + ".lora_E.default")), 1e-3);
  }
}
