package dev.aroma.bench;

import dev.aroma.io.RawTensor;
import dev.aroma.io.ShardedWriter;
import dev.aroma.model.CausalModel;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.text.Llama2cTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Writes a Hugging Face directory of a LLaMA's shape with random bfloat16 weights, one tensor in
 * memory at a time, and with a tokenizer of single bytes (259 tokens, llama2.c's format).
 *
 * <p>Usage: {@code WriteRandomLlama --shape llama3-8b [--shards 4] DIR}. The largest tensor of
 * llama3-8b has 1.05 GB: give the JVM 2 GB ({@code -Xmx2g}).
 */
public final class WriteRandomLlama {
  private static final int TABLE = 1 << 16;

  private final short[] normal = new short[TABLE]; // bfloat16 values from N(0, 0.02²)

  private WriteRandomLlama() {
    Random random = new Random(7);
    for (int i = 0; i < TABLE; i++) {
      normal[i] = bfloat16((float) (0.02 * random.nextGaussian()));
    }
  }

  /** Writes the directory that the arguments say. */
  public static void main(String[] args) throws IOException {
    LlamaShape shape = null;
    int shards = 1;
    Path directory = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--shape" -> shape = LlamaShape.named(args[++i]);
        case "--shards" -> shards = Integer.parseInt(args[++i]);
        default -> directory = Path.of(args[i]);
      }
    }
    if (shape == null || directory == null || shards < 1) {
      throw new IllegalArgumentException("usage: --shape NAME [--shards N] DIR");
    }
    write(shape, shards, directory);
  }

  /** Writes config, tokenizer and about so many shards. */
  public static void write(LlamaShape shape, int shards, Path directory) throws IOException {
    Files.createDirectories(directory);
    CausalModel model = shape.declare();
    WriteRandomLlama writer = new WriteRandomLlama();
    List<RawTensor> tensors = new ArrayList<>();
    model.parameters().forEach((path, p) -> tensors.add(writer.tensor(path, p)));
    long bytes = tensors.stream().mapToLong(RawTensor::byteCount).sum();
    long largest = tensors.stream().mapToLong(RawTensor::byteCount).max().orElse(0);
    ShardedWriter.write(
        directory, tensors, shards == 1 ? bytes : Math.max(largest, bytes / shards));
    Files.writeString(directory.resolve("config.json"), shape.config());
    Files.write(directory.resolve("tok259.bin"), Llama2cTokenizer.of(singleBytes()));
  }

  private RawTensor tensor(String path, Parameter parameter) {
    boolean norm = path.endsWith("norm.weight");
    return RawTensor.of(
        path,
        DType.BF16,
        parameter.shape(),
        () -> norm ? ones(parameter.count()) : random(path, parameter.count()));
  }

  private static ByteBuffer buffer(long count) {
    int bytes = Math.toIntExact(2 * count);
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer ones(long count) {
    ByteBuffer buffer = buffer(count);
    while (buffer.hasRemaining()) {
      buffer.putShort(bfloat16(1));
    }
    return buffer.flip();
  }

  private ByteBuffer random(String path, long count) {
    SplittableRandom random = new SplittableRandom(path.hashCode());
    ByteBuffer buffer = buffer(count);
    while (buffer.remaining() >= 8) {
      long bits = random.nextLong();
      for (int i = 0; i < 4; i++) {
        buffer.putShort(normal[(int) (bits >>> (16 * i)) & (TABLE - 1)]);
      }
    }
    while (buffer.hasRemaining()) {
      buffer.putShort(normal[random.nextInt(TABLE)]);
    }
    return buffer.flip();
  }

  private static short bfloat16(float value) {
    return (short) (Float.floatToIntBits(value) >>> 16);
  }

  private static List<String> singleBytes() {
    return IntStream.range(0, 256).mapToObj("<0x%02X>"::formatted).toList();
  }
}
