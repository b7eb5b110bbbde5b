package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an ONNX file again with other values in some of its initialisers. A value takes the bytes
 * of the one before it and every other byte stays, so whatever reads the old file reads the new.
 */
public final class OnnxRewriter {
  /** Bytes of the file that are one initialiser's values. */
  private record Range(long offset, long length) {}

  /** New bytes for a range. */
  private record Patch(Range range, RawTensor tensor) {}

  private final String source;
  private final ByteBuffer file;
  private final Map<String, Range> ranges = new HashMap<>();

  private OnnxRewriter(String source, ByteBuffer file) {
    this.source = source;
    this.file = file;
  }

  /**
   * Writes the file that appears whole or not at all.
   *
   * @param from the ONNX file as it is
   * @param to where to
   * @param values by the initialisers' names, in their shapes and element types
   * @throws InputException if the file holds no such initialisers, or their values in pieces
   */
  public static void write(Path from, Path to, Collection<RawTensor> values) {
    OnnxModel model = OnnxModel.open(from);
    try (FileChannel channel = FileChannel.open(from, StandardOpenOption.READ)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      OnnxRewriter rewriter = new OnnxRewriter(from.toString(), bytes);
      rewriter.findRanges();
      List<Patch> patches = rewriter.patches(model, values);
      AtomicFile.write(to, out -> rewriter.writeAll(out, patches));
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(from, e);
    }
  }

  // --- where the values are
  // ------------------------------------------------------------------------------

  private void findRanges() {
    ProtoReader model = new ProtoReader(source, file);
    while (model.next()) {
      if (model.field() == OnnxModel.MODEL_GRAPH) {
        ByteBuffer graph = model.bytes();
        findInGraph(graph, model.position() - graph.remaining());
      } else {
        model.skip();
      }
    }
  }

  private void findInGraph(ByteBuffer message, long start) {
    ProtoReader graph = new ProtoReader(source, message);
    while (graph.next()) {
      if (graph.field() == OnnxModel.GRAPH_INITIALIZER) {
        ByteBuffer tensor = graph.bytes();
        findInTensor(tensor, start + graph.position() - tensor.remaining());
      } else {
        graph.skip();
      }
    }
  }

  /** Values in several pieces get a range that is too short, which {@link #patch} refuses. */
  private void findInTensor(ByteBuffer message, long start) {
    ProtoReader tensor = new ProtoReader(source, message);
    String name = "";
    Range range = new Range(0, -1);
    while (tensor.next()) {
      boolean values =
          tensor.wireType() == ProtoReader.BYTES
              && List.of(OnnxTensor.RAW_DATA, OnnxTensor.FLOAT_DATA, OnnxTensor.DOUBLE_DATA)
                  .contains(tensor.field());
      if (values) {
        long length = tensor.bytes().remaining();
        range = new Range(start + tensor.position() - length, length);
      } else if (tensor.field() == OnnxTensor.NAME) {
        name = tensor.string();
      } else {
        tensor.skip();
      }
    }
    ranges.put(name, range);
  }

  // --- what takes their place
  // ----------------------------------------------------------------------------

  private List<Patch> patches(OnnxModel model, Collection<RawTensor> values) {
    List<Patch> patches = new ArrayList<>();
    for (RawTensor tensor : values) {
      RawTensor old =
          model
              .initialiser(tensor.name())
              .orElseThrow(() -> new IllegalArgumentException("no initialiser " + tensor.name()));
      if (old.dtype() != tensor.dtype()) {
        throw new IllegalArgumentException(tensor + " in place of " + old);
      }
      tensor.requireShape(source, old.shape());
      patches.add(patch(tensor));
    }
    patches.sort(Comparator.comparingLong(patch -> patch.range().offset()));
    return patches;
  }

  private Patch patch(RawTensor tensor) {
    Range range = ranges.get(tensor.name());
    if (range.length() != tensor.byteCount()) {
      throw new InputException(
          "%s: tensor %s keeps its values in pieces, which cannot be replaced in place"
              .formatted(source, tensor.name()),
          "Load the file with Python's onnx and save it again, then use it as the base model.",
          "onnx-export");
    }
    return new Patch(range, tensor);
  }

  private void writeAll(FileChannel out, List<Patch> patches) throws IOException {
    long done = 0;
    for (Patch patch : patches) {
      copy(out, done, patch.range().offset());
      for (ByteBuffer segment : patch.tensor().segments()) {
        AtomicFile.writeFully(out, segment);
      }
      done = patch.range().offset() + patch.range().length();
    }
    copy(out, done, file.limit());
  }

  private void copy(FileChannel out, long from, long to) throws IOException {
    AtomicFile.writeFully(out, file.slice((int) from, (int) (to - from)));
  }
}
