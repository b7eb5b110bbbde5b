package dev.aroma.io;

import static dev.aroma.io.ProtoBytes.constant;
import static dev.aroma.io.ProtoBytes.floatTensor;
import static dev.aroma.io.ProtoBytes.message;
import static dev.aroma.io.ProtoBytes.node;
import static dev.aroma.io.ProtoBytes.tensor;

import java.util.Set;
import java.util.TreeSet;

/** Builds the graph of a one-layer BERT as an exporter would, with switches for its variants. */
public final class TinyOnnxBert {
  static final int HIDDEN = 4;
  static final int INNER = 6;

  private final ProtoBytes graph = message();
  private final Set<String> left = new TreeSet<>();
  private String prefix = "";
  private boolean fused;
  private boolean shapeless;
  private boolean gemm;

  TinyOnnxBert prefix(String text) {
    prefix = text;
    return this;
  }

  TinyOnnxBert without(String name) {
    left.add(name);
    return this;
  }

  /** LayerNormalization and one constant shape, as newer exporters write. */
  TinyOnnxBert fusedNorms() {
    fused = true;
    return this;
  }

  /** No Reshape at all. */
  TinyOnnxBert shapeless() {
    shapeless = true;
    return this;
  }

  /** Gemm in place of MatMul and Add. */
  TinyOnnxBert gemm() {
    gemm = true;
    return this;
  }

  TinyOnnxBert add(ProtoBytes node) {
    graph.message(1, node);
    return this;
  }

  TinyOnnxBert initialiser(ProtoBytes tensor) {
    graph.message(5, tensor);
    return this;
  }

  OnnxModel build() {
    return OnnxModel.parse("tiny.onnx", java.nio.ByteBuffer.wrap(bytes()));
  }

  /** The file. */
  public byte[] bytes() {
    embeddings();
    for (String part : new String[] {"query", "key", "value"}) {
      linear("encoder.layer.0.attention.self." + part, HIDDEN, HIDDEN);
    }
    heads();
    linear("encoder.layer.0.attention.output.dense", HIDDEN, HIDDEN);
    norm("encoder.layer.0.attention.output.LayerNorm");
    linear("encoder.layer.0.intermediate.dense", HIDDEN, INNER);
    add(node("Erf", "x", "erf"));
    linear("encoder.layer.0.output.dense", INNER, HIDDEN);
    norm("encoder.layer.0.output.LayerNorm");
    return ProtoBytes.model(graph).array();
  }

  private void embeddings() {
    named("embeddings.word_embeddings.weight", 10, HIDDEN);
    named("embeddings.position_embeddings.weight", 7, HIDDEN);
    named("embeddings.token_type_embeddings.weight", 2, HIDDEN);
    initialiser(ProtoBytes.longTensor(prefix + "embeddings.position_ids", 0, 1, 2));
    norm("embeddings.LayerNorm");
  }

  private void named(String name, long... dims) {
    if (!left.contains(name)) {
      graph.message(5, counting(prefix + name, dims));
    }
  }

  /** Values 0, 1, 2, … */
  static ProtoBytes counting(String name, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return floatTensor(name, values, dims);
  }

  private void linear(String path, int in, int out) {
    named(path + ".bias", out);
    if (left.contains(path + ".weight")) {
      return;
    }
    String weight = "onnx::MatMul_" + path.length() + path.hashCode();
    initialiser(counting(weight, in, out));
    String bias = prefix + path + ".bias";
    if (gemm) {
      add(node("Gemm", "x," + weight + "," + bias, path + "/y"));
    } else {
      add(node("MatMul", "x," + weight, path + "/product"));
      add(node("Add", bias + "," + path + "/product", path + "/y"));
    }
  }

  private void norm(String path) {
    named(path + ".weight", HIDDEN);
    named(path + ".bias", HIDDEN);
    String scale = prefix + path + ".weight";
    if (fused) {
      add(
          node("LayerNormalization", path + "/x," + scale + "," + prefix + path + ".bias", path)
              .message(5, message().text(1, "epsilon").float32(2, 1e-5f)));
      return;
    }
    add(constant(path + "/eps", floatTensor("", new float[] {1e-12f})));
    add(node("Add", path + "/variance," + path + "/eps", path + "/sum"));
    add(node("Sqrt", path + "/sum", path + "/root"));
    add(node("Div", path + "/centred," + path + "/root", path + "/unit"));
    add(node("Mul", path + "/unit," + scale, path + "/scaled"));
  }

  private void heads() {
    if (shapeless) {
      return;
    }
    if (fused) {
      initialiser(ProtoBytes.longTensor("shape", 0, 0, -1, 2));
    } else {
      add(node("Shape", "x", "batch"));
      add(node("Shape", "x", "length"));
      add(constant("two", tensor("", 7, 1).bytes(9, ProtoBytes.longs(2))));
      add(node("Concat", "batch,length,two,two", "shape"));
    }
    add(node("Reshape", "encoder.layer.0.attention.self.query/y,shape", "split"));
  }
}
