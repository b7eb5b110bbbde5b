package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound files with seeded damage: each is read, or refused by the one exception for people. */
class DamagedFilesTest {
  private static final int CASES = 300;

  @TempDir Path directory;

  private static byte[] damage(byte[] sound, Random random, int within) {
    byte[] bytes = sound.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(Math.min(within, bytes.length));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> bytes = withInsertion(bytes, at, (byte) random.nextInt(256));
      }
    }
    return bytes;
  }

  private static byte[] withInsertion(byte[] bytes, int at, byte value) {
    byte[] longer = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, longer, 0, at);
    longer[at] = value;
    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
    return longer;
  }

  /** Runs one case; true where the damage was noticed. */
  private static boolean refused(int seed, Runnable reading) {
    try {
      reading.run();
      return false;
    } catch (InputException e) {
      return true;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("case " + seed + " ended in " + e, e);
    }
  }

  private static void readAll(TensorSource source) {
    for (String name : source.names()) {
      RawTensor tensor = source.get(name);
      assertThat(tensor.buffer().remaining()).isEqualTo((int) tensor.byteCount());
    }
  }

  @Test
  void safetensors() throws IOException {
    Path file = directory.resolve("x.safetensors");
    List<RawTensor> tensors =
        List.of(
            RawTensor.ofFloats("layer.weight", new float[12], 3, 4),
            RawTensor.ofFloats("layer.bias", new float[3], 3),
            RawTensor.ofFloats("scalar", new float[1]));
    SafetensorsWriter.write(file, tensors);
    byte[] sound = Files.readAllBytes(file);
    int header = sound.length - 64;
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Files.write(file, damage(sound, new Random(seed), header));
      refused += refused(seed, () -> readSafetensors(file)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(CASES / 2);
  }

  private static void readSafetensors(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      readAll(opened);
    }
  }

  @Test
  void onnx() {
    byte[] sound = new TinyOnnxBert().bytes();
    int refused = 0;
    for (int seed = 0; seed < 2 * CASES; seed++) {
      byte[] bytes = damage(sound, new Random(seed), sound.length);
      refused += refused(seed, () -> readOnnx(bytes)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(CASES / 2);
  }

  private static void readOnnx(byte[] bytes) {
    try (OnnxBert bert = OnnxBert.of(OnnxModel.parse("x.onnx", ByteBuffer.wrap(bytes)))) {
      readAll(bert);
      assertThat(bert.config().requireInt("num_attention_heads")).isPositive();
    }
  }

  @Test
  void adapters() throws IOException {
    Path adapter = directory.resolve("adapter");
    LoraFactors factors = LoraFactors.of("m.q", 1, 2, 3, new float[3], new float[2], 2);
    AdapterFiles.write(
        adapter, new LoraAdapter("b", "", List.of(factors), List.of()), AdapterFiles.Mode.COMPACT);
    Path config = adapter.resolve("adapter_config.json");
    byte[] sound = Files.readAllBytes(config);
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Files.write(config, damage(sound, new Random(seed), sound.length));
      refused += refused(seed, () -> AdapterFiles.read(adapter)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(CASES / 3);
  }
}
