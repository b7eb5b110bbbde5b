package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.SharedFiles;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.TensorSource;
import dev.aroma.model.Inputs;
import dev.aroma.model.Weights;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forward and backward against transformers 5.17 on tiny random models. */
class ReferenceModelTest {
  @ParameterizedTest
  @CsvSource({"tiny-roberta,2", "tiny-roberta-regression,1", "tiny-bert,3"})
  void statesLogitsLossAndGradientsAgree(String name, int labels) {
    Path directory = SharedFiles.require("reference/models/" + name);
    HfDirectory hf = HfDirectory.open(directory);
    EncoderClassifier model =
        (EncoderClassifier) new BertFamily().classifier(hf.config(), labels, null);
    try (Scope scope = Scope.open();
        TensorSource weights = hf.weights();
        SafetensorsFile io = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
      List<String> fresh = Weights.load(model, weights, Device.CPU, path -> DType.F32, new Rng(0));
      assertThat(fresh).isEmpty();
      model.parameters().values().forEach(p -> p.value().requireGrad(true));
      Inputs inputs = inputs(io);

      List<Tensor> states = model.hiddenStates(inputs);
      for (int i = 0; i < states.size(); i++) {
        agree("state " + i, states.get(i), get(io, "hidden_states." + i), 1e-5);
      }
      Tensor logits = model.logits(inputs);
      agree("logits", logits, get(io, "logits"), 1e-5);
      Tensor target = get(io, "labels");
      Tensor loss =
          labels == 1
              ? Ops.meanSquaredError(logits.view(-1), target.to(DType.F32))
              : Ops.crossEntropy(logits, target);
      agree("loss", loss, get(io, "loss"), 1e-5);

      loss.backward();
      for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
        Tensor expected = get(io, "grad." + entry.getKey());
        double scale = Math.max(expected.norm().item(), 1e-3);
        agree(entry.getKey(), entry.getValue().value().grad(), expected, 1e-4 * scale);
      }
    }
  }

  private static Inputs inputs(SafetensorsFile io) {
    Tensor ids = get(io, "input_ids");
    Tensor types = Tensor.zeros(DType.I64, Device.CPU, ids.shape());
    return new Inputs(ids, types, get(io, "attention_mask"));
  }

  private static Tensor get(SafetensorsFile io, String name) {
    return Weights.tensor(io.get(name));
  }

  private static void agree(String what, Tensor found, Tensor expected, double tolerance) {
    assertThat(found.shape()).as(what).isEqualTo(expected.shape());
    float[] values = found.floats();
    float[] wanted = expected.floats();
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("%s[%d]", what, i)
          .isCloseTo((double) wanted[i], within(tolerance));
    }
  }
}
