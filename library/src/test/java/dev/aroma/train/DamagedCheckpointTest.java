package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with seeded damage, also under digests that fit it: used or refused, no worse. */
class DamagedCheckpointTest {
  private static final int CASES = 150;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void damageIsRefusedOrDoesNoHarm() throws IOException {
    TinyRun run = TinyRun.in(directory);
    Path sound = directory.resolve("sound");
    run.begin(sound);
    int refused = 0;
    for (int number = 0; number < CASES; number++) {
      Path place = directory.resolve("case" + number);
      damaged(
          sound.resolve(TinyRun.CHECKPOINT), place.resolve(TinyRun.CHECKPOINT), new Random(number));
      refused += refused(number, run, place) ? 1 : 0;
    }
    assertThat(refused).isBetween(CASES / 2, CASES - 1);
  }

  private static boolean refused(int number, TinyRun run, Path place) {
    try {
      run.resume(place);
      return false;
    } catch (InputException e) {
      assertThat(e).hasMessageContaining(TinyRun.CHECKPOINT);
      return true;
    } catch (RuntimeException e) {
      throw new AssertionError("case " + number + " ended in " + e, e);
    }
  }

  private static void damaged(Path sound, Path target, Random random) throws IOException {
    Files.createDirectories(target);
    for (String name : List.of("state.json", "state.safetensors", "digests.json")) {
      Files.copy(sound.resolve(name), target.resolve(name));
    }
    boolean sealed = random.nextInt(10) > 0;
    List<String> names =
        sealed
            ? List.of("state.json", "state.json", "state.safetensors")
            : List.of("state.json", "state.safetensors", "digests.json");
    Path file = target.resolve(names.get(random.nextInt(3)));
    byte[] bytes = Files.readAllBytes(file);
    boolean json = file.toString().endsWith(".json");
    Files.write(file, json && sealed ? otherNumber(bytes, random) : flipped(bytes, random));
    if (sealed) {
      TinyRun.seal(target);
    }
  }

  /** Another number, or none, in the place of one of them. */
  private static byte[] otherNumber(byte[] bytes, Random random) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(bytes);
    ObjectNode numbers = (ObjectNode) root.get("numbers");
    List<String> names = new ArrayList<>();
    numbers.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    List<String> others =
        List.of(
            "[]", "[-1]", "[1e300]", "[\"NaN\"]", "[0]", "[1]", "[2.5]", "null", "[\"x\"]", "7");
    JsonNode other = JSON.readTree(others.get(random.nextInt(others.size())));
    numbers.set(name, other);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Mostly in the header, where names, types, shapes and offsets are. */
  private static byte[] flipped(byte[] bytes, Random random) {
    int within = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 3000);
    byte[] other = bytes.clone();
    int at = random.nextInt(within);
    switch (random.nextInt(3)) {
      case 0 -> other[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> other[at] = (byte) ('0' + random.nextInt(10));
      default -> other = Arrays.copyOf(other, at);
    }
    return other;
  }
}
