package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that PEFT wrote give PEFT's logits here. */
class ReferenceAdaptersTest {
  private static SequenceClassifier tinyRoberta() {
    ModelFiles files = ModelFiles.find(ReferenceAdapters.model().toString(), text -> {});
    SequenceClassifier model = files.classifier(2, null);
    files.load(model, Device.CPU, path -> DType.F32, 0);
    return model;
  }

  @ParameterizedTest
  @MethodSource("dev.aroma.recipe.ReferenceAdapters#names")
  void theirLogitsAreOurs(String name) {
    Path adapter = ReferenceAdapters.of(name);
    SequenceClassifier model = tinyRoberta();
    try (AppliedAdapter applied = AdapterStore.apply(model, adapter);
        SafetensorsFile io = SafetensorsFile.open(adapter.resolve("io.safetensors"));
        Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      assertThat(applied.merged()).isEqualTo(!name.startsWith("p"));
      Tensor ids = Weights.tensor(io.get("input_ids"));
      Tensor types = Tensor.zeros(DType.I64, Device.CPU, ids.shape());
      Inputs inputs = new Inputs(ids, types, Weights.tensor(io.get("attention_mask")));
      assertThat(model.logits(inputs).floats())
          .containsExactly(io.get("logits").toFloats(), within(1e-5f));
    }
    model.unload();
  }

  @Test
  void aPromptOfAnotherWidthIsRefused(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("adapter_config.json"), "{\"peft_type\": \"PROMPT_TUNING\"}");
    RawTensor narrow = RawTensor.ofFloats("prompt_embeddings", new float[12], 4, 3);
    SafetensorsWriter.write(directory.resolve("adapter_model.safetensors"), List.of(narrow));
    SequenceClassifier model = tinyRoberta();
    assertThatThrownBy(() -> AdapterStore.apply(model, directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("of width 32, found F32[4, 3]")
        .hasMessageContaining("#adapter-mismatch");
    model.unload();
  }

  @Test
  void kindsThatWeDoNotKnowAreRefusedByName(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("adapter_config.json"), "{\"peft_type\": \"LOHA\"}");
    SequenceClassifier model = tinyRoberta();
    assertThatThrownBy(() -> AdapterStore.apply(model, directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected an adapter of LORA, ADALORA, VERA, IA3 or PROMPT_TUNING")
        .hasMessageContaining("found LOHA")
        .hasMessageContaining("#unsupported-adapter");
    model.unload();
  }
}
