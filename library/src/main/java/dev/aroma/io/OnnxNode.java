package dev.aroma.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of an ONNX graph.
 *
 * @param name the node's own name, often empty
 * @param opType the operator: MatMul, Add, …
 * @param inputs names of the values that it reads; empty for an optional one left out
 * @param outputs names of the values that it makes
 * @param attributes numbers, strings and tensors; other kinds are left out
 */
public record OnnxNode(
    String name,
    String opType,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /** One attribute; what its kind has no use for is 0 or empty. */
  public record Attribute(
      float number, long integer, List<Long> integers, String text, Optional<RawTensor> tensor) {}

  /** The input of that index, empty where the node has fewer. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** The first output, empty where there is none. */
  public String output() {
    return outputs.isEmpty() ? "" : outputs.get(0);
  }

  static OnnxNode parse(String source, ByteBuffer message) {
    String name = "";
    String opType = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    ProtoReader reader = new ProtoReader(source, message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> inputs.add(reader.string());
        case 2 -> outputs.add(reader.string());
        case 3 -> name = reader.string();
        case 4 -> opType = reader.string();
        case 5 -> parseAttribute(source, reader.bytes(), attributes);
        default -> reader.skip();
      }
    }
    return new OnnxNode(
        name, opType, List.copyOf(inputs), List.copyOf(outputs), Map.copyOf(attributes));
  }

  private static void parseAttribute(
      String source, ByteBuffer message, Map<String, Attribute> attributes) {
    String name = "";
    float number = 0;
    long integer = 0;
    String text = "";
    List<Long> integers = new ArrayList<>();
    Optional<RawTensor> tensor = Optional.empty();
    ProtoReader reader = new ProtoReader(source, message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.string();
        case 2 -> number = reader.float32();
        case 3 -> integer = reader.number();
        case 4 -> text = StandardCharsets.UTF_8.decode(reader.bytes()).toString();
        case 5 -> tensor = Optional.of(OnnxTensor.parse(source, reader.bytes()));
        case 8 -> addIntegers(source, reader, integers);
        default -> reader.skip();
      }
    }
    attributes.put(name, new Attribute(number, integer, List.copyOf(integers), text, tensor));
  }

  private static void addIntegers(String source, ProtoReader reader, List<Long> integers) {
    if (reader.wireType() == ProtoReader.VARINT) {
      integers.add(reader.varint());
      return;
    }
    ProtoReader packed = new ProtoReader(source, reader.bytes());
    while (packed.hasRemaining()) {
      integers.add(packed.varint());
    }
  }
}
