package dev.aroma.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The initialisers and nodes of an ONNX file, read in place by a protobuf reader of our own.
 *
 * <p>Only what finding weights needs is read: ModelProto.graph, its nodes and initialisers. Bodies
 * of loops and branches are skipped. See <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
public final class OnnxModel {
  static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_SPARSE_INITIALIZER = 15;

  private final String source;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, RawTensor> initialisers = new LinkedHashMap<>();
  private final Map<String, OnnxNode> producers = new LinkedHashMap<>();

  private OnnxModel(String source) {
    this.source = source;
  }

  /** Maps a file into memory and reads its graph. Protobuf limits it to 2 GiB. */
  public static OnnxModel open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw ProtoReader.bad(file.toString(), "it is larger than protobuf's 2 GiB");
      }
      return parse(file.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(file, e);
    }
  }

  /**
   * Reads a graph from bytes.
   *
   * @param source what to call it in messages
   * @param bytes a ModelProto from position to limit; tensors are views of it
   */
  public static OnnxModel parse(String source, ByteBuffer bytes) {
    OnnxModel model = new OnnxModel(source);
    ProtoReader reader = new ProtoReader(source, bytes);
    boolean found = false;
    while (reader.next()) {
      if (reader.field() == MODEL_GRAPH) {
        model.readGraph(new ProtoReader(source, reader.bytes()));
        found = true;
      } else {
        reader.skip();
      }
    }
    if (!found) {
      throw ProtoReader.bad(source, "it has no graph");
    }
    return model;
  }

  private void readGraph(ProtoReader reader) {
    while (reader.next()) {
      switch (reader.field()) {
        case GRAPH_NODE -> addNode(OnnxNode.parse(source, reader.bytes()));
        case GRAPH_INITIALIZER -> addInitialiser(OnnxTensor.parse(source, reader.bytes()));
        case GRAPH_SPARSE_INITIALIZER ->
            throw ProtoReader.bad(source, "sparse initialisers are not read here");
        default -> reader.skip();
      }
    }
  }

  private void addNode(OnnxNode node) {
    nodes.add(node);
    for (String output : node.outputs()) {
      if (!output.isEmpty() && producers.put(output, node) != null) {
        throw ProtoReader.bad(source, "two nodes make the value " + output);
      }
    }
  }

  private void addInitialiser(RawTensor tensor) {
    if (initialisers.put(tensor.name(), tensor) != null) {
      throw ProtoReader.bad(source, "two initialisers are named " + tensor.name());
    }
  }

  public String source() {
    return source;
  }

  /** The nodes in the file's order, which is an order of computation. */
  public List<OnnxNode> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /** The names of the initialisers, in the file's order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(initialisers.keySet());
  }

  public Optional<RawTensor> initialiser(String name) {
    return Optional.ofNullable(initialisers.get(name));
  }

  /** The node that makes a value. */
  public Optional<OnnxNode> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** A value that is known without running the graph: an initialiser or a Constant's tensor. */
  public Optional<RawTensor> constant(String value) {
    if (initialisers.containsKey(value)) {
      return initialiser(value);
    }
    return producer(value)
        .filter(node -> node.opType().equals("Constant"))
        .map(node -> node.attributes().get("value"))
        .flatMap(OnnxNode.Attribute::tensor);
  }
}
