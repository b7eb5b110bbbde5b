package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.report.Event;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed (SIGKILL) at random moments, writing or not, and each time goes on.
 *
 * <p>A few times here; {@code -Daroma.kills=25} kills more often, {@code -Daroma.kills.seed} at
 * other moments.
 */
class KilledRunTest {
  private static final int KILLS = Integer.getInteger("aroma.kills", 3);
  private static final int STEPS = 20 + 12 * KILLS;

  @TempDir Path directory;
  private final Random random = new Random(Long.getLong("aroma.kills.seed", 1));

  /** The run: begins in a new directory, goes on in one that holds a run. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      Path base = Path.of(args[0]);
      Path output = Path.of(args[1]);
      if (Files.exists(output.resolve("config.yaml"))) {
        FineTuning.resume(output, List.of("resume"), Watch.NOBODY);
      } else {
        FineTuning.run(
            options(base, output, Integer.parseInt(args[2])), List.of("run"), Watch.NOBODY);
      }
    }
  }

  /** A checkpoint after every step, so that it writes most of the time. */
  private static RunOptions options(Path base, Path output, int steps) {
    Map<String, String> set = new TreeMap<>();
    set.put("model.path", base.resolve("model").toString());
    set.put("model.dropout", "0.1");
    set.put("task.name", "text");
    set.put("task.data", base.resolve("texts.csv").toString());
    set.put("task.max-length", "8");
    set.put("method.name", "aroma");
    set.put("method.inner-steps", "9");
    set.put("method.inner-interval", "3");
    set.put("method.init", "gradient");
    set.put("method.dropout", "0.1");
    set.put("method.outer-tolerance", "0");
    set.put("train.max-steps", "" + steps);
    set.put("train.batch-size", "8");
    set.put("train.eval-every", "5");
    set.put("train.checkpoint-every", "1");
    set.put("train.schedule.warmup", "2");
    set.put("engine.device", "cpu");
    set.put("output", output.toString());
    Config config = Config.empty();
    for (Map.Entry<String, String> entry : set.entrySet()) {
      config = config.with(entry.getKey(), entry.getValue(), "test");
    }
    return Recipes.bind(config);
  }

  private Process start(Path output) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            directory.toString(),
            output.toString(),
            "" + STEPS)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("said.txt").toFile())
        .start();
  }

  @Test
  void runThatIsKilledAgainAndAgainEndsAsIfItHadNotBeen() throws Exception {
    TinyCheckpoint.write(directory.resolve("model"));
    TinyCheckpoint.texts(directory.resolve("texts.csv"));
    Path whole = directory.resolve("whole");
    FineTuning.run(options(directory, whole, STEPS), List.of("run"), Watch.NOBODY);
    Path output = directory.resolve("run");
    for (int kill = 0; kill < KILLS; kill++) {
      killed(output, kill == 0);
    }
    Process last = start(output);
    assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(Files.readString(directory.resolve("said.txt"))).isZero();
    same(whole, output);
  }

  /** Kills once the log has grown by some lines; the first time even before there is one. */
  private void killed(Path output, boolean first) throws IOException, InterruptedException {
    Path log = output.resolve("metrics.jsonl");
    Process process = start(output);
    long before = size(log);
    int growth = 100 * (1 + random.nextInt(10)); // bytes of the log: some lines
    while (process.isAlive() && Files.notExists(output.resolve("config.yaml"))) {
      Thread.sleep(1);
    }
    while (!first && process.isAlive() && Math.abs(size(log) - before) < growth) {
      Thread.sleep(1);
    }
    Thread.sleep(random.nextInt(first ? 400 : 20));
    assertThat(process.isAlive()).as(Files.readString(directory.resolve("said.txt"))).isTrue();
    process.destroyForcibly().waitFor();
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static void same(Path whole, Path resumed) throws IOException {
    try (Stream<Path> files = Files.list(whole.resolve("adapter"))) {
      for (Path file : files.toList()) {
        assertThat(resumed.resolve("adapter").resolve(file.getFileName().toString()))
            .hasSameBinaryContentAs(file);
      }
    }
    RunDirectory one = RunDirectory.open(whole);
    RunDirectory two = RunDirectory.open(resumed);
    assertThat(withoutTimes(two.readMetrics())).isEqualTo(withoutTimes(one.readMetrics()));
    Result expected = one.readResult();
    Result found = two.readResult();
    assertThat(found.metrics()).isEqualTo(expected.metrics());
    assertThat(found.best()).isEqualTo(expected.best());
    assertThat(found.ranks()).isEqualTo(expected.ranks());
    assertThat(found.effectiveRanks()).isEqualTo(expected.effectiveRanks());
    assertThat(found.parameters()).isEqualTo(expected.parameters());
    assertThat(found.stopped()).isEqualTo(expected.stopped());
    List<Integer> steps =
        two.readManifest().resumed().stream().map(Manifest.Resumed::step).toList();
    assertThat(steps).as("each time further").isNotEmpty().isSorted();
  }

  /** All lines but those of the beginnings. */
  private static List<String> withoutTimes(List<Event> events) {
    List<String> lines = new ArrayList<>();
    for (Event event : events) {
      if (!(event instanceof Event.Start)) {
        lines.add(event.toString().replaceAll("(seconds|tokensPerSecond)=[^,\\]]*", ""));
      }
    }
    return lines;
  }
}
