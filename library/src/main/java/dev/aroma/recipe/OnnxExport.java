package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.OnnxBert;
import dev.aroma.io.OnnxRewriter;
import dev.aroma.io.OwnAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's weights into the graph that it came from. Only the values of initialisers change, so
 * inputs, outputs and everything between are those of the old file.
 */
final class OnnxExport {
  /** Directory of what the graph has no place for. */
  static final String HEAD = "head";

  private static final String FILE = "model.onnx";

  private final OnnxBert graph;
  private final Map<String, RawTensor> values = new LinkedHashMap<>();
  private final Map<String, String> owners = new LinkedHashMap<>();
  private final List<String> left = new ArrayList<>();

  private OnnxExport(OnnxBert graph) {
    this.graph = graph;
  }

  /**
   * Writes graph and, apart, the head where the graph ends before it.
   *
   * @param onnx the graph of the base model
   * @param model with merged weights
   * @return parameters that the graph has no place for
   */
  static List<String> write(Path onnx, SequenceClassifier model, Path directory) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        OnnxBert graph = OnnxBert.open(onnx)) {
      OnnxExport export = new OnnxExport(graph);
      model.parameters().forEach(export::put);
      OnnxRewriter.write(onnx, directory.resolve(FILE), export.values.values());
      if (!export.left.isEmpty()) {
        Path head = directory.resolve(HEAD).resolve(OwnAdapter.HEAD);
        SafetensorsWriter.write(head, AdapterStore.head(model)); // all of it, to be used as it is
      }
      return export.left;
    }
  }

  private void put(String path, Parameter parameter) {
    Optional<OnnxBert.Slot> found =
        graph.slot(path).or(() -> graph.slot(path.substring(path.indexOf('.') + 1)));
    if (found.isEmpty()) {
      left.add(path);
      return;
    }
    OnnxBert.Slot slot = found.get();
    Tensor value = parameter.value().to(slot.dtype());
    RawTensor raw = AdapterStore.raw(slot.initialiser(), slot.transposed() ? value.t() : value);
    RawTensor other = values.put(slot.initialiser(), raw);
    String owner = owners.put(slot.initialiser(), path);
    if (other != null && !other.buffer().equals(raw.buffer())) {
      throw shared(owner, path);
    }
  }

  /** Exporters store equal parameters once; training may have made them differ. */
  private InputException shared(String one, String other) {
    return new InputException(
        "%s: the graph holds %s and %s as one tensor, but training made them differ"
            .formatted(graph.source(), one, other),
        "Export with --to hf, and make a new ONNX file of that with Hugging Face's optimum.",
        "onnx-export");
  }

  /** The base model is no ONNX file. */
  static InputException noGraph(Path base) {
    return new InputException(
        "%s: the base model has no ONNX graph (model.onnx, onnx/model.onnx) to write into"
            .formatted(base),
        "Export with --to hf, and make an ONNX file of that with Hugging Face's optimum.",
        "onnx-export");
  }
}
