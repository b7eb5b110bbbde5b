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

/** LoRA step by step against PEFT. */
class LoraTraceTest {
  private static final String PREFIX = "base_model.model.";
  private static final double RATE = 2e-3; // and weight decay 0.01, says batches.json
  private static final double DECAY = 0.01;

  @Test
  void lossesAndFactorsFollowPeft() throws IOException {
    Path trace = SharedFiles.require("reference/traces/lora");
    JsonNode losses =
        new ObjectMapper().readTree(trace.resolve("batches.json").toFile()).get("losses");
    SequenceClassifier model = ReferenceRun.tinyRoberta();
    LoraOptions options = new LoraOptions(ReferenceRun.SIX, 4, 8, 0, false, false, 1);
    try (Scope scope = Scope.open();
        Tuner tuner =
            options
                .method()
                .attach(model, new Setup(new Rng(0), Device.CPU, losses.size(), model.head()));
        SafetensorsFile initial = weights(trace.resolve("initial"));
        SafetensorsFile batches = SafetensorsFile.open(trace.resolve("batches.safetensors"));
        SafetensorsFile end = weights(trace.resolve("final"))) {
      List<String> paths = List.copyOf(tuner.ranks().keySet());
      ReferenceRun.start(
          model,
          tuner,
          initial,
          i -> PREFIX + paths.get(i / 2) + (i % 2 == 0 ? ".lora_A.weight" : ".lora_B.weight"),
          PREFIX + "classifier");
      train(model, tuner, batches, losses);
      tuner
          .factors()
          .forEach(
              (path, low) -> {
                String key = PREFIX + path;
                ReferenceRun.close(
                    path, low.a(), Weights.tensor(end.get(key + ".lora_A.weight")), 1e-3);
                ReferenceRun.close(
                    path, low.b(), Weights.tensor(end.get(key + ".lora_B.weight")), 1e-3);
              });
    }
    model.unload();
  }

  private static SafetensorsFile weights(Path adapter) {
    return SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"));
  }

  private static void train(
      SequenceClassifier model, Tuner tuner, SafetensorsFile batches, JsonNode losses) {
    try (AdamW adam =
        new AdamW(AdamW.Settings.DEFAULT, ReferenceRun.groups(model, tuner, DECAY), Device.CPU)) {
      for (int step = 0; step < losses.size(); step++) {
        assertThat(ReferenceRun.backward(model, tuner, batches, step))
            .as("loss of step %d", step + 1)
            .isCloseTo(losses.get(step).asDouble(), within(1e-4));
        adam.step(group -> RATE);
        assertThat(tuner.afterStep(step + 1)).isEqualTo(Outcome.NOTHING);
        adam.zeroGradients();
      }
    }
  }
}
