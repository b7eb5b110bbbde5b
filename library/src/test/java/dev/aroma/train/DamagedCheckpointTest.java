package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.EncodedSplit;
import dev.aroma.input.InputException;
import dev.aroma.io.Digests;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with seeded damage, also under digests that fit it: used or refused, no worse. */
class DamagedCheckpointTest {
  private static final int CASES = 150;
  private static final int STEPS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static final MethodOptions METHOD =
      new AromaOptions(
          List.of("query", "output.dense"),
          1,
          4,
          0,
          3,
          2,
          0.2,
          InnerChange.DIFFERENCE,
          0.01,
          AromaOptions.Reset.FULL,
          0.5,
          AromaOptions.Init.GRADIENT,
          2,
          0);

  private static TrainOptions options() {
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.CONSTANT, 0, 0, 0.1, false);
    return new TrainOptions(null, STEPS, 4, 1, 0.01, null, 0, 1, schedule, 0, 32, 1, 5, 7, 5);
  }

  /** Trains to the end; the score does not matter. */
  private static void train(EncodedSplit data, Checkpoints where) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Evaluation evaluation =
        new Evaluation() {
          @Override
          public String metric() {
            return "nothing";
          }

          @Override
          public int examples() {
            return 1;
          }

          @Override
          public Map<String, Double> score() {
            return Map.of("nothing", 1.0);
          }
        };
    Setup setup = new Setup(new Rng(5), Device.CPU, STEPS, model.head());
    try (where;
        Tuner tuner = METHOD.method().attach(model, setup)) {
      new Trainer(
              model,
              tuner,
              data,
              new ClassificationLoss(model, Device.CPU, false),
              evaluation,
              options(),
              STEPS,
              Device.CPU,
              List.of(),
              () -> false)
          .run(() -> {}, where);
    } finally {
      model.unload();
    }
  }

  @Test
  void damageIsRefusedOrDoesNoHarm() throws IOException {
    try (TextTokenizer tokenizer = TinyTask.tokenizer(directory)) {
      EncodedSplit data = TinyTask.split("train", 40, false, tokenizer);
      Path sound = directory.resolve("sound");
      train(data, Checkpoints.in(sound, options()));
      Path one = sound.resolve("step-000007");
      int refused = 0;
      for (int number = 0; number < CASES; number++) {
        Path place = directory.resolve("case" + number);
        damaged(one, place.resolve("step-000007"), new Random(number));
        refused += refused(number, data, place) ? 1 : 0;
      }
      assertThat(refused).isBetween(CASES / 2, CASES - 1);
    }
  }

  private static boolean refused(int number, EncodedSplit data, Path place) {
    try {
      train(data, Checkpoints.resume(place, options(), text -> {}));
      return false;
    } catch (InputException e) {
      assertThat(e).hasMessageContaining("step-000007");
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
      seal(target, file);
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

  private static void seal(Path target, Path file) throws IOException {
    Path seal = target.resolve("digests.json");
    ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(seal));
    ObjectNode entry = (ObjectNode) root.get(file.getFileName().toString());
    entry.put("bytes", Files.size(file));
    entry.put("sha256", Digests.sha256(file));
    Files.writeString(seal, root.toString());
  }
}
