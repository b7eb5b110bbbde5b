package dev.aroma.io;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes safetensors files, tensor by tensor, so that only one tensor's content is ever needed.
 *
 * <p>Order as the reference implementation has it: wider element types first, then by name, so that
 * every tensor is aligned to its element size; the data begins at a multiple of 8. A file appears
 * whole or not at all.
 */
public final class SafetensorsWriter {
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");
  private static final Comparator<RawTensor> ORDER =
      Comparator.comparingInt((RawTensor tensor) -> -tensor.dtype().bytes())
          .thenComparing(RawTensor::dtype)
          .thenComparing(RawTensor::name);

  private SafetensorsWriter() {}

  /** Writes with the metadata that PyTorch's readers want: {@code format: pt}. */
  public static void write(Path file, Collection<RawTensor> tensors) {
    write(file, tensors, PYTORCH);
  }

  /** Writes {@code file}, replacing what is there only once all is on disk. */
  public static void write(Path file, Collection<RawTensor> tensors, Map<String, String> metadata) {
    AtomicFile.commit(stage(file, tensors, metadata), file);
  }

  static Path stage(Path file, Collection<RawTensor> tensors) {
    return stage(file, tensors, PYTORCH);
  }

  private static Path stage(
      Path file, Collection<RawTensor> tensors, Map<String, String> metadata) {
    refuseDuplicates(tensors);
    List<RawTensor> ordered = tensors.stream().sorted(ORDER).toList();
    byte[] header = header(ordered, metadata);
    return AtomicFile.stage(file, channel -> writeAll(channel, header, ordered));
  }

  private static void refuseDuplicates(Collection<RawTensor> tensors) {
    Set<String> seen = new HashSet<>();
    for (RawTensor tensor : tensors) {
      if (!seen.add(tensor.name()) || tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException("tensor name given twice or reserved: " + tensor.name());
      }
    }
  }

  private static byte[] header(List<RawTensor> ordered, Map<String, String> metadata) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode strings = root.putObject("__metadata__");
    metadata.forEach(strings::put);
    long offset = 0;
    for (RawTensor tensor : ordered) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.dtype().safetensors());
      ArrayNode shape = entry.putArray("shape");
      for (long size : tensor.shape()) {
        shape.add(size);
      }
      entry.putArray("data_offsets").add(offset).add(offset + tensor.byteCount());
      offset += tensor.byteCount();
    }
    String json = root.toString();
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return (json + " ".repeat(Math.floorMod(-length, 8))).getBytes(StandardCharsets.UTF_8);
  }

  private static void writeAll(FileChannel channel, byte[] header, List<RawTensor> ordered)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    AtomicFile.writeFully(channel, length.putLong(header.length).flip());
    AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
    for (RawTensor tensor : ordered) {
      for (ByteBuffer segment : tensor.segments()) {
        AtomicFile.writeFully(channel, segment);
      }
    }
  }
}
