package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.data.EncodedSplit;
import dev.aroma.input.InputException;
import dev.aroma.metrics.Metric;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.State;
import dev.aroma.peft.AdaLoraOptions;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.BitFitOptions;
import dev.aroma.peft.FullOptions;
import dev.aroma.peft.HeadOptions;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.LoraOptions;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.ReLoraOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.peft.VeraOptions;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that are cut off anywhere and go on end as if nothing had happened, bit by bit. */
class ResumeTest {
  private static final int STEPS = 30;
  private static final List<String> TARGETS = List.of("query", "value", "output.dense");

  @TempDir Path directory;
  private TextTokenizer tokenizer;
  private Path checkpoints;
  private final List<String> messages = new ArrayList<>();

  /** What ends a process at once: nobody catches it, nothing is saved. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** All that is left of a run: what was said by step, and what was trained. */
  private static final class Diary implements TrainingListener {
    private final TreeMap<Integer, List<String>> said = new TreeMap<>();
    private final List<Integer> written = new ArrayList<>();
    private final List<Integer> notWritten = new ArrayList<>();
    private final Map<Integer, Integer> told = new TreeMap<>();
    private boolean unforced;
    private int killAfter = Integer.MAX_VALUE;
    private Training training;
    private Map<String, float[]> values;

    private void hear(int step, String what) {
      said.computeIfAbsent(step, absent -> new ArrayList<>()).add(what);
      if (--killAfter == 0) {
        throw new Killed();
      }
    }

    @Override
    public void stepped(Step step) {
      hear(step.step(), untimed(step).toString());
    }

    private static Step untimed(Step s) {
      return s.read(s.loss(), s.gradientNorm(), 0, 0);
    }

    @Override
    public void happened(Outcome.Event event, int cycle) {
      hear(event.step(), event + " in " + cycle);
    }

    @Override
    public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
      hear(step, scores + ", best " + best);
    }

    @Override
    public void checkpointing(int step) {
      if (unforced) {
        throw new InputException("cannot write the log", "", "cannot-write");
      }
      told.put(step, said.getOrDefault(step, List.of()).size());
    }

    @Override
    public void checkpointed(int step, Path checkpoint) {
      assertThat(told.get(step)).as("told before").isEqualTo(said.get(step).size());
      written.add(step);
      hear(step, "checkpoint");
    }

    @Override
    public void notCheckpointed(int step, InputException why) {
      notWritten.add(step);
    }

    /** What a log holds that is cut where the run goes on. */
    void cut(int step) {
      said.tailMap(step, false).clear();
      List<String> last = said.getOrDefault(step, new ArrayList<>());
      int end = last.indexOf("checkpoint");
      if (end >= 0) {
        last.subList(end + 1, last.size()).clear();
      } else if (step > 0) {
        last.add("checkpoint"); // killed between the two
      }
    }
  }

  @BeforeEach
  void tokenizer() throws IOException {
    tokenizer = TinyTask.tokenizer(directory);
    checkpoints = directory.resolve("checkpoints");
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private static AromaOptions aroma(
      double dropout,
      InnerChange change,
      AromaOptions.Reset reset,
      AromaOptions.Init init,
      int headSteps) {
    return new AromaOptions(
        TARGETS, 1, 4, dropout, 8, 3, 0.2, change, 0.02, reset, 0.5, init, 2, headSteps);
  }

  static Stream<Arguments> methods() {
    AromaOptions.Init uniform = AromaOptions.Init.UNIFORM;
    AromaOptions.Reset full = AromaOptions.Reset.FULL;
    return Stream.of(
        Arguments.of("aroma", aroma(0, InnerChange.SIGNED, full, uniform, 0), DType.F32),
        Arguments.of(
            "aroma with dropout and differences",
            aroma(0.2, InnerChange.DIFFERENCE, AromaOptions.Reset.PRUNE, uniform, 3),
            DType.F32),
        Arguments.of(
            "aroma from gradients",
            aroma(0, InnerChange.ABSOLUTE, full, AromaOptions.Init.GRADIENT, 2),
            DType.F32),
        Arguments.of(
            "aroma in bfloat16",
            aroma(0.1, InnerChange.SIGNED, full, AromaOptions.Init.GRADIENT, 0),
            DType.BF16),
        Arguments.of("relora", new ReLoraOptions(TARGETS, 2, 4, 0.1, 7, 0.3), DType.F32),
        Arguments.of(
            "adalora",
            new AdaLoraOptions(TARGETS, 4, 2, 8, 0.1, 5, 10, 3, 0.1, 0.85, 0.85),
            DType.F32),
        Arguments.of("lora", lora(false, 1), DType.F32),
        Arguments.of("dora with a rate of its own for b", lora(true, 4), DType.F32),
        Arguments.of("vera", new VeraOptions(TARGETS, 4, 0.1, 0.1), DType.F32),
        Arguments.of("bitfit", new BitFitOptions(), DType.F32),
        Arguments.of("full", new FullOptions(), DType.F32),
        Arguments.of("head", new HeadOptions(), DType.F32));
  }

  private static LoraOptions lora(boolean dora, double plusRatio) {
    return new LoraOptions(TARGETS, 2, 4, 0.1, false, dora, plusRatio);
  }

  private static TrainOptions options(int every, int keep) {
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.COSINE_RESTARTS, 2, 2, 0.1, false);
    return new TrainOptions(
        null, STEPS, 8, 2, 0.01, null, 0.01, 1, schedule, 7, 32, 1, 5, every, keep);
  }

  /** Runs until it ends or is killed. */
  private void train(
      MethodOptions method,
      DType type,
      TrainOptions options,
      Diary diary,
      Checkpoints where,
      int stopAt) {
    SequenceClassifier model = TinyModels.random("bert", 3, type);
    EncodedSplit train = TinyTask.split("train", 100, false, tokenizer);
    EncodedSplit dev = TinyTask.split("dev", 30, false, tokenizer);
    int total = Trainer.totalSteps(train.size(), options);
    Evaluator evaluator =
        new Evaluator(model, List.of(dev), List.of(Metric.ACCURACY), 3, 32, Device.CPU);
    Setup setup = new Setup(new Rng(5), Device.CPU, total, model.head(), options.weightDecay());
    try (where;
        Tuner tuner = method.method().attach(model, setup)) {
      diary.training =
          new Trainer(
                  model,
                  tuner,
                  train,
                  new ClassificationLoss(model, Device.CPU, false, true),
                  evaluator,
                  options,
                  total,
                  Device.CPU,
                  List.of(diary),
                  () -> !diary.said.isEmpty() && diary.said.lastKey() == stopAt)
              .run(() -> diary.values = values(model, tuner), where);
    } finally {
      model.unload();
    }
  }

  private static Map<String, float[]> values(SequenceClassifier model, Tuner tuner) {
    Map<String, float[]> all = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      model.parameters().forEach((path, p) -> all.put(path, p.value().floats()));
      tuner
          .factors()
          .forEach(
              (path, low) -> {
                all.put(path + ".a", low.a().floats());
                all.put(path + ".b", low.b().floats());
              });
    }
    return all;
  }

  private Diary whole(MethodOptions method, DType type, int every) {
    Diary diary = new Diary();
    Checkpoints where = Checkpoints.in(directory.resolve("whole"), options(every, 2));
    train(method, type, options(every, 2), diary, where, -1);
    return diary;
  }

  private Checkpoints resumed(int every) {
    return Checkpoints.resume(checkpoints, options(every, 2), messages::add);
  }

  private static void same(Diary ended, Diary whole) {
    assertThat(ended.said).isEqualTo(whole.said);
    assertThat(ended.values.keySet()).isEqualTo(whole.values.keySet());
    ended.values.forEach(
        (name, values) ->
            assertThat(Arrays.equals(values, whole.values.get(name))).as(name).isTrue());
    assertThat(ended.training.scores()).isEqualTo(whole.training.scores());
    assertThat(ended.training.best()).isEqualTo(whole.training.best());
    assertThat(ended.training.end()).isEqualTo(whole.training.end());
    assertThat(ended.training.examples()).isEqualTo(whole.training.examples());
    assertThat(ended.training.adapterMean()).isEqualTo(whole.training.adapterMean());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void runThatIsKilledAnywhereEndsAsIfItHadNotBeen(String name, MethodOptions method, DType type) {
    Diary whole = whole(method, type, 4);
    assertThat(whole.training.steps()).isEqualTo(STEPS);
    Random random = new Random(name.hashCode());
    Diary diary = new Diary();
    for (int kill = 0; diary.training == null; kill++) {
      diary.killAfter = kill < 5 ? 1 + random.nextInt(12) : Integer.MAX_VALUE;
      Checkpoints where = resumed(4);
      diary.cut(where.step());
      try {
        train(method, type, options(4, 2), diary, where, -1);
      } catch (Killed e) {
        assertThat(diary.training).isNull();
      }
    }
    same(diary, whole);
    assertThat(messages).isEmpty();
  }

  @Test
  void runThatSomebodyStoppedGoesOnWhereItWas() {
    MethodOptions method = (MethodOptions) methods().toList().get(1).get()[1];
    Diary whole = whole(method, DType.F32, 0);
    Diary diary = new Diary();
    train(method, DType.F32, options(0, 2), diary, resumed(0), 14);
    assertThat(diary.training.end()).isEqualTo(Training.End.INTERRUPTED);
    assertThat(diary.written).as("evaluated every 7").endsWith(14);
    assertThat(diary.written).as("and at merges").hasSizeGreaterThan(1);
    Checkpoints where = resumed(0);
    assertThat(where.step()).isEqualTo(14);
    diary.cut(14);
    train(method, DType.F32, options(0, 2), diary, where, -1);
    whole.said.values().forEach(said -> said.remove("checkpoint"));
    diary.said.values().forEach(said -> said.remove("checkpoint"));
    same(diary, whole);
  }

  @Test
  void endedRunIsOnlyScoredAgain() {
    MethodOptions method = (MethodOptions) methods().toList().get(0).get()[1];
    Diary whole = new Diary();
    train(method, DType.F32, options(0, 2), whole, resumed(0), -1);
    Diary again = new Diary();
    Checkpoints where = resumed(0);
    assertThat(where.step()).isEqualTo(STEPS);
    assertThat(where.seconds()).isPositive();
    train(method, DType.F32, options(0, 2), again, where, -1);
    assertThat(again.said).containsOnlyKeys(STEPS);
    assertThat(again.training.end()).isEqualTo(Training.End.MAX_STEPS);
    again.values.forEach((name, v) -> assertThat(v).as(name).isEqualTo(whole.values.get(name)));
  }

  @Test
  void checkpointOfAnotherRunLeavesWhatWasSaved() {
    MethodOptions aroma = (MethodOptions) methods().toList().get(0).get()[1];
    train(aroma, DType.F32, options(4, 2), new Diary(), resumed(4), 14);
    Diary other = new Diary();
    assertThatThrownBy(() -> train(lora(false, 1), DType.F32, options(4, 2), other, resumed(4), -1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("checkpoint-damaged");
    assertThat(other.values).as("nothing was trained that could be saved").isNull();
  }

  @Test
  void onlyTheLastFewStay() throws IOException {
    train(new HeadOptions(), DType.F32, options(4, 3), new Diary(), at(4, 3), -1);
    assertThat(names()).containsExactly("step-000024", "step-000028", "step-000030");
  }

  private Checkpoints at(int every, int keep) {
    return Checkpoints.in(checkpoints, options(every, keep));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void damagedCheckpointIsPassedOverAndSaidSo() throws IOException {
    train(new HeadOptions(), DType.F32, options(4, 3), new Diary(), at(4, 3), -1);
    flip(checkpoints.resolve("step-000030/state.safetensors"));
    Files.delete(checkpoints.resolve("step-000028/state.json"));
    try (Checkpoints where = resumed(4)) {
      assertThat(where.step()).isEqualTo(24);
    }
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0)).contains("step-000030", "SHA-256");
    assertThat(messages.get(1)).contains("step-000028", "no such file");
    assertThat(names())
        .containsExactly("step-000024", "unusable-step-000028", "unusable-step-000030");
    flip(checkpoints.resolve("step-000024/digests.json"));
    assertThatThrownBy(() -> resumed(4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none of the 1 checkpoints")
        .hasMessageContaining("#checkpoint-damaged");
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  void damagedCheckpointIsPutAsideAndItsStepWrittenAgain() throws IOException {
    MethodOptions method = lora(false, 1);
    Diary whole = whole(method, DType.F32, 4);
    Diary diary = new Diary();
    diary.killAfter = 18;
    assertThatThrownBy(() -> train(method, DType.F32, options(4, 2), diary, resumed(4), -1))
        .isInstanceOf(Killed.class);
    List<String> there = names();
    flip(checkpoints.resolve(there.get(1)).resolve("state.safetensors"));
    Files.createDirectories(checkpoints.resolve(".step-000099.half.tmp/inside"));
    Checkpoints where = resumed(4);
    diary.killAfter = Integer.MAX_VALUE;
    diary.cut(where.step());
    train(method, DType.F32, options(4, 2), diary, where, -1);
    same(diary, whole);
    assertThat(names())
        .as("nothing half written stays")
        .hasSize(3)
        .noneMatch(n -> n.startsWith("."));
  }

  @Test
  void withoutRoomForCheckpointsTheRunGoesOn() throws IOException {
    Files.writeString(checkpoints, "a file where the directory should be");
    Diary diary = new Diary();
    train(new HeadOptions(), DType.F32, options(4, 2), diary, at(4, 2), -1);
    assertThat(diary.training.end()).isEqualTo(Training.End.MAX_STEPS);
    assertThat(diary.notWritten).contains(4, 8, STEPS);
    assertThat(diary.written).isEmpty();
  }

  @Test
  void withoutALogThatIsOnDiskThereIsNoCheckpoint() {
    Diary diary = new Diary();
    diary.unforced = true;
    train(new HeadOptions(), DType.F32, options(4, 2), diary, at(4, 2), -1);
    assertThat(diary.training.end()).isEqualTo(Training.End.MAX_STEPS);
    assertThat(diary.notWritten).contains(4, 8, STEPS);
    assertThat(checkpoints).doesNotExist();
  }

  @Test
  void checkpointOfAnotherModelIsRefused() {
    Diary diary = new Diary();
    train(lora(false, 1), DType.F32, options(0, 2), diary, at(0, 2), -1);
    assertThatThrownBy(() -> train(lora(true, 1), DType.F32, options(0, 2), diary, resumed(0), -1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("adam.elements.adapter");
  }

  @Test
  void tensorsLargerThanAPartAreCutAndPutTogether() {
    float[] values = new float[23];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    try (Scope scope = Scope.open()) {
      State state = new State();
      state.put("x", Tensor.of(values, 23, 1));
      SavedState.write(checkpoints, state, 5);
      try (SavedState saved = SavedState.open(checkpoints)) {
        Tensor into = Tensor.zeros(DType.F32, Device.CPU, 23, 1);
        saved.state().read("x", into);
        assertThat(into.floats()).isEqualTo(values);
        assertThatThrownBy(() -> saved.state().read("x", Tensor.zeros(DType.F32, Device.CPU, 24)))
            .isInstanceOf(InputException.class);
      }
    }
  }
}
