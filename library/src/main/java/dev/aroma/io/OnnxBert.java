package dev.aroma.io;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The weights of a BERT or RoBERTa encoder out of an ONNX file as torch.onnx or optimum exports it,
 * under the names of Hugging Face's BertModel ({@code encoder.layer.0.attention.self.query.weight},
 * …), and the config that follows from the graph.
 */
public final class OnnxBert implements TensorSource {
  /**
   * Where a weight stands in the graph.
   *
   * @param initialiser its name there
   * @param dtype its element type there
   * @param transposed whether it stands there as (in, out) in place of (out, in)
   */
  public record Slot(String initialiser, DType dtype, boolean transposed) {}

  private static final Pattern QUANTISED =
      Pattern.compile("(Dynamic)?(Quantize|Dequantize)Linear|MatMulInteger.*|QLinear.*|QGemm");

  private final OnnxModel model;
  private final Map<String, RawTensor> weights;
  private final Map<String, Slot> slots;
  private final JsonConfig config;

  private OnnxBert(OnnxModel model, OnnxBertWeights.Found found, JsonConfig config) {
    this.model = model;
    this.weights = found.weights();
    this.slots = found.slots();
    this.config = config;
  }

  /** Opens a graph and finds the encoder in it, as {@link #of} does. */
  public static OnnxBert open(Path file) {
    return of(OnnxModel.open(file));
  }

  /** Finds the encoder in a graph; an InputException says which of its weights are missing. */
  public static OnnxBert of(OnnxModel model) {
    OnnxBertWeights.Found found = OnnxBertWeights.find(model);
    Map<String, RawTensor> weights = found.weights();
    int layers = countLayers(weights);
    List<String> missing = new ArrayList<>(missingEmbeddings(weights));
    for (int layer = 0; layer < Math.max(1, layers); layer++) {
      missing.addAll(missingInLayer(weights, layer));
    }
    if (!missing.isEmpty()) {
      throw notBert(model, missing);
    }
    checkShapes(model.source(), weights, layers);
    return new OnnxBert(model, found, OnnxBertConfig.derive(model, weights, layers));
  }

  private static int countLayers(Map<String, RawTensor> weights) {
    int layers = 0;
    while (weights.containsKey("encoder.layer." + layers + ".output.dense.bias")) {
      layers++;
    }
    return layers;
  }

  private static List<String> missingEmbeddings(Map<String, RawTensor> weights) {
    return List.of(
            "word_embeddings.weight",
            "position_embeddings.weight",
            "token_type_embeddings.weight",
            "LayerNorm.weight",
            "LayerNorm.bias")
        .stream()
        .map(name -> "embeddings." + name)
        .filter(name -> !weights.containsKey(name))
        .toList();
  }

  private static List<String> missingInLayer(Map<String, RawTensor> weights, int layer) {
    List<String> missing = new ArrayList<>();
    for (String module : Layer.MODULES) {
      for (String kind : List.of(".weight", ".bias")) {
        String name = Layer.path(layer, module) + kind;
        if (!weights.containsKey(name)) {
          missing.add(name);
        }
      }
    }
    return missing;
  }

  private static InputException notBert(OnnxModel model, List<String> missing) {
    Optional<OnnxNode> quantised =
        model.nodes().stream().filter(n -> QUANTISED.matcher(n.opType()).matches()).findFirst();
    if (quantised.isPresent()) {
      return new InputException(
          "%s: a quantised export (it has %s): its weights are rounded to integers"
              .formatted(model.source(), quantised.get().opType()),
          "Neither training nor a merged weight would be exact in it: take the model.onnx that it"
              + " was made from, and quantise the exported result again.",
          "onnx-not-bert");
    }
    return new InputException(
        "%s: not a plain export of a BERT encoder: %d weights were not found, the first being %s"
            .formatted(
                model.source(), missing.size(), missing.subList(0, Math.min(3, missing.size()))),
        "Quantised or fused (optimised) exports cannot be read: take model.onnx as exported, "
            + "or better the model's safetensors.",
        "onnx-not-bert");
  }

  private static void checkShapes(String source, Map<String, RawTensor> weights, int layers) {
    long[] word = matrix(source, weights, "embeddings.word_embeddings.weight");
    long hidden = word[1];
    long inner = matrix(source, weights, Layer.path(0, "intermediate.dense") + ".weight")[0];
    matrix(source, weights, "embeddings.position_embeddings.weight");
    for (String name : List.of("position_embeddings", "token_type_embeddings")) {
      long[] shape = matrix(source, weights, "embeddings." + name + ".weight");
      weights.get("embeddings." + name + ".weight").requireShape(source, shape[0], hidden);
    }
    requireNorm(source, weights, "embeddings.LayerNorm", hidden);
    for (int layer = 0; layer < layers; layer++) {
      for (String module : Layer.MODULES) {
        Layer.check(source, weights, Layer.path(layer, module), hidden, inner);
      }
    }
  }

  private static long[] matrix(String source, Map<String, RawTensor> weights, String name) {
    long[] shape = weights.get(name).shape();
    boolean sound = shape.length == 2 && Arrays.stream(shape).allMatch(size -> size > 0);
    if (!sound) {
      throw ProtoReader.bad(source, "expected a matrix, found " + weights.get(name));
    }
    return shape;
  }

  private static void requireNorm(
      String source, Map<String, RawTensor> weights, String path, long hidden) {
    weights.get(path + ".weight").requireShape(source, hidden);
    weights.get(path + ".bias").requireShape(source, hidden);
  }

  /** The config that the graph implies, with transformers' keys. */
  public JsonConfig config() {
    return config;
  }

  /** Where a weight stands in the graph; nothing if it has none of this name. */
  public Optional<Slot> slot(String name) {
    return Optional.ofNullable(slots.get(name));
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(weights.keySet());
  }

  @Override
  public RawTensor get(String name) {
    RawTensor tensor = weights.get(name);
    if (tensor == null) {
      throw MissingTensor.in(this, name);
    }
    return tensor;
  }

  @Override
  public String source() {
    return model.source();
  }

  /** Nothing to do: the map is let go with the last tensor. */
  @Override
  public void close() {}

  /** One encoder layer's modules and their shapes. */
  private static final class Layer {
    static final List<String> MODULES =
        List.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm");

    static String path(int layer, String module) {
      return "encoder.layer." + layer + "." + module;
    }

    static void check(
        String source, Map<String, RawTensor> weights, String path, long hidden, long inner) {
      if (path.endsWith("LayerNorm")) {
        requireNorm(source, weights, path, hidden);
        return;
      }
      long out = path.endsWith("intermediate.dense") ? inner : hidden;
      boolean down = path.endsWith(".output.dense") && !path.contains("attention");
      long in = down ? inner : hidden;
      weights.get(path + ".weight").requireShape(source, out, in);
      weights.get(path + ".bias").requireShape(source, out);
    }
  }
}
