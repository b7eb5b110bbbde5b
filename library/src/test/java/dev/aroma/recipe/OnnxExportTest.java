package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.RawTensor;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.bert.HiddenStates;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write into the embedded model's graph, run with ONNX Runtime. */
class OnnxExportTest {
  private static final int HIDDEN = 384;
  private static final String TEXT = "A bank of sand, not one of money.";

  @TempDir Path directory;

  /** A LoRA on query and output.dense of two layers, and a head of three labels. */
  private Path run() {
    List<LoraFactors> modules =
        List.of(
            factors("bert.encoder.layer.0.attention.self.query", HIDDEN),
            factors("bert.encoder.layer.3.output.dense", 4 * HIDDEN));
    List<RawTensor> head = new ArrayList<>();
    for (String path : List.of("bert.pooler.dense", "classifier")) {
      int outputs = path.equals("classifier") ? 3 : HIDDEN;
      head.add(
          RawTensor.ofFloats(path + ".weight", random(path, outputs * HIDDEN), outputs, HIDDEN));
      head.add(RawTensor.ofFloats(path + ".bias", random(path + "b", outputs), outputs));
    }
    Path adapter = directory.resolve("adapter");
    AdapterFiles.write(
        adapter,
        new LoraAdapter(ModelFiles.EMBEDDED_ID, "SEQ_CLS", modules, head),
        AdapterFiles.Mode.COMPACT);
    return imported(adapter, Config.empty(), "run");
  }

  private Path imported(Path adapter, Config config, String name) {
    Path run = directory.resolve(name);
    List<String> labels = List.of("a", "b", "c");
    AdapterImport.write(
        new AdapterImport.Request(adapter, labels, config, run), List.of("test"), text -> {});
    return run;
  }

  private static float[] random(String name, int count) {
    try (Scope scope = Scope.open()) {
      return new Rng(3).stream(name).normal(0.05, count).floats();
    }
  }

  private static LoraFactors factors(String path, int in) {
    return LoraFactors.of(
        path, 2, HIDDEN, in, random(path + "a", 2 * in), random(path + "b", HIDDEN * 2), 16);
  }

  /** Mean of the last states, as sentence encoders and langchain4j take it. */
  private static float[] mean(float[][] states) {
    float[] mean = new float[HIDDEN];
    for (float[] state : states) {
      for (int i = 0; i < HIDDEN; i++) {
        mean[i] += state[i] / states.length;
      }
    }
    return mean;
  }

  private static long[] ids(Path tokenizerDirectory) {
    try (TextTokenizer tokenizer = TextTokenizer.load(tokenizerDirectory, 64)) {
      int[] ids = tokenizer.encode(TEXT).ids();
      long[] wide = new long[ids.length];
      for (int i = 0; i < ids.length; i++) {
        wide[i] = ids[i];
      }
      return wide;
    }
  }

  private static float[] ours(Path run, long[] ids) {
    ModelFiles files = ModelFiles.find(ModelFiles.EMBEDDED, text -> {});
    SequenceClassifier model = files.classifier(3, null);
    files.load(model, Device.CPU, path -> DType.F32, 0);
    try (AppliedAdapter applied = AdapterStore.apply(model, run.resolve("adapter"));
        Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor row = Tensor.of(ids, 1, ids.length);
      Tensor types = Tensor.zeros(DType.I64, Device.CPU, 1, ids.length);
      float[] flat = HiddenStates.last(model, new Inputs(row, types, null)).floats();
      float[][] states = new float[ids.length][HIDDEN];
      for (int i = 0; i < ids.length; i++) {
        System.arraycopy(flat, i * HIDDEN, states[i], 0, HIDDEN);
      }
      return mean(states);
    } finally {
      model.unload();
    }
  }

  private static float[] theirs(Path onnx, long[] ids) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] ones = new long[ids.length];
    java.util.Arrays.fill(ones, 1);
    try (OrtSession session = environment.createSession(onnx.toString());
        OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
        OnnxTensor types =
            OnnxTensor.createTensor(environment, new long[][] {new long[ids.length]});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
      return mean(((float[][][]) result.get(0).getValue())[0]);
    }
  }

  @Test
  void onnxRuntimeEmbedsWithItAsWeDo() throws IOException, OrtException {
    Path run = run();
    Path output = directory.resolve("onnx");
    assertThat(Export.write(run, Export.Format.ONNX, 1, output).get(0))
        .contains("The graph ends before the head", "classifier.weight");
    Path base = ModelFiles.find(ModelFiles.EMBEDDED, text -> {}).path();
    assertThat(output.resolve("model.onnx")).hasSize(Files.size(base.resolve("model.onnx")));
    long[] ids = ids(output);
    float[] ours = ours(run, ids);
    assertThat(theirs(output.resolve("model.onnx"), ids)).containsExactly(ours, within(1e-4f));
    float[] before = theirs(base.resolve("model.onnx"), ids);
    float largest = 0;
    for (int i = 0; i < HIDDEN; i++) {
      largest = Math.max(largest, Math.abs(before[i] - ours[i]));
    }
    assertThat(largest).as("the adapter changes something").isGreaterThan(0.01f);

    // Graph and head together are the classifier again.
    Config config = Config.empty().with("model.path", output.toString(), "test");
    Path again = imported(output.resolve("head"), config, "again");
    assertThat(probabilities(again)).containsExactly(probabilities(run), within(1e-4));
  }

  private static double[] probabilities(Path run) {
    try (SavedClassifier saved = SavedClassifier.load(run, new EngineOptions("cpu", "fp32"))) {
      return saved.classify(List.of(TEXT), null).get(0).probabilities().values().stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    }
  }
}
