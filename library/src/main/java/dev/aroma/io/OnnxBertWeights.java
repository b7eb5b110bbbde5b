package dev.aroma.io;

import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the parameters of an exported PyTorch model in its graph.
 *
 * <p>Embeddings, norms and biases keep their names as initialisers. The weight of a linear layer
 * does not: constant folding leaves an anonymous, transposed {@code onnx::MatMul_123}. Its name is
 * that of the bias which is added to the product: {@code x·W + query.bias} makes W the transpose of
 * {@code query.weight}.
 */
final class OnnxBertWeights {
  /**
   * What was found.
   *
   * @param weights by name, without the encoder's prefix; those of linear layers (out, in)
   * @param slots where each comes from, by the same names
   */
  record Found(Map<String, RawTensor> weights, Map<String, OnnxBert.Slot> slots) {}

  private static final String WORD = "embeddings.word_embeddings.weight";

  private final OnnxModel model;
  private final Map<String, RawTensor> named = new LinkedHashMap<>();
  private final Map<String, OnnxBert.Slot> slots = new LinkedHashMap<>();

  /** By the name of a product: the (in, out) weight that it was made with. */
  private final Map<String, RawTensor> products = new HashMap<>();

  private OnnxBertWeights(OnnxModel model) {
    this.model = model;
  }

  /** The prefix of the encoder's names in the graph: empty, {@code bert.}, or another. */
  static String prefix(OnnxModel model) {
    return model.names().stream()
        .filter(name -> name.equals(WORD) || name.endsWith("." + WORD))
        .map(name -> name.substring(0, name.length() - WORD.length()))
        .findFirst()
        .orElse("");
  }

  /** Finds the parameters of a graph. */
  static Found find(OnnxModel model) {
    OnnxBertWeights weights = new OnnxBertWeights(model);
    weights.collect();
    String prefix = prefix(model);
    Map<String, RawTensor> found = new LinkedHashMap<>();
    Map<String, OnnxBert.Slot> slots = new LinkedHashMap<>();
    weights.named.forEach(
        (name, tensor) -> {
          String plain = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
          found.put(plain, tensor.named(plain));
          slots.put(plain, weights.slots.get(name));
        });
    return new Found(found, slots);
  }

  private void collect() {
    for (String name : model.names()) {
      model.initialiser(name).ifPresent(tensor -> putParameter(name, tensor));
    }
    for (OnnxNode node : model.nodes()) {
      switch (node.opType()) {
        // Equal parameters are stored once; the others are Identities of it.
        case "Identity" -> putAlias(node.output(), node.input(0));
        case "MatMul" -> model.initialiser(node.input(1)).ifPresent(w -> putProduct(node, w));
        case "Add" -> {
          nameProduct(node.input(0), node.input(1));
          nameProduct(node.input(1), node.input(0));
        }
        case "Gemm" -> readGemm(node);
        default -> {}
      }
    }
  }

  private void putParameter(String name, RawTensor tensor) {
    boolean parameter = name.endsWith(".weight") || name.endsWith(".bias");
    if (parameter && tensor.dtype().floating()) {
      put(name, tensor, tensor, false);
    }
  }

  private void putAlias(String name, String origin) {
    boolean parameter = name.endsWith(".weight") || name.endsWith(".bias");
    if (parameter && named.containsKey(origin)) {
      named.put(name, named.get(origin));
      slots.put(name, slots.get(origin));
    }
  }

  /**
   * A parameter, and the initialiser that it comes from.
   *
   * @param transposed whether the initialiser is (in, out) in place of (out, in)
   */
  private void put(String name, RawTensor tensor, RawTensor initialiser, boolean transposed) {
    named.put(name, tensor);
    slots.put(name, new OnnxBert.Slot(initialiser.name(), initialiser.dtype(), transposed));
  }

  private void putProduct(OnnxNode node, RawTensor weight) {
    if (weight.shape().length == 2 && weight.dtype().floating()) {
      products.put(node.output(), weight);
    }
  }

  private void nameProduct(String product, String bias) {
    RawTensor weight = products.get(product);
    if (weight != null && bias.endsWith(".bias")) {
      putTransposed(bias, weight);
    }
  }

  private void putTransposed(String bias, RawTensor weight) {
    String name = bias.substring(0, bias.length() - ".bias".length()) + ".weight";
    put(name, transposed(name, weight), weight, true);
  }

  /** Gemm(x, W, bias) with transB = 1 has W as (out, in), else as (in, out). */
  private void readGemm(OnnxNode node) {
    RawTensor weight = model.initialiser(node.input(1)).orElse(null);
    String bias = node.input(2);
    boolean usable = weight != null && weight.dtype().floating() && weight.shape().length == 2;
    if (!usable || !bias.endsWith(".bias")) {
      return;
    }
    OnnxNode.Attribute transB = node.attributes().get("transB");
    if (transB == null || transB.integer() == 0) {
      putTransposed(bias, weight);
    } else {
      String name = bias.substring(0, bias.length() - ".bias".length()) + ".weight";
      put(name, weight, weight, false);
    }
  }

  /** (in, out) to (out, in) as float32, made when asked for, so that the heap holds one at most. */
  private static RawTensor transposed(String name, RawTensor weight) {
    long[] shape = weight.shape();
    return RawTensor.of(
        name, DType.F32, new long[] {shape[1], shape[0]}, () -> transpose(weight, shape));
  }

  private static ByteBuffer transpose(RawTensor weight, long[] shape) {
    float[] values = weight.toFloats();
    int in = (int) shape[0];
    int out = (int) shape[1];
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        bytes.putFloat(values[i * out + o]);
      }
    }
    return bytes.flip();
  }
}
