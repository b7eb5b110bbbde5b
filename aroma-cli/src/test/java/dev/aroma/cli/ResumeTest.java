package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.report.Event;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --resume}, as a person meets it. */
class ResumeTest {
  @TempDir Path dir;
  private Path run;

  @BeforeEach
  void files() throws IOException {
    TinyBert.write(dir.resolve("model"));
    Reviews.csv(dir.resolve("reviews.csv"));
    run = dir.resolve("a run");
  }

  private Cli.Outcome train(Path output, boolean stopped, String... more) {
    Interruption interruption = new Interruption(System.err);
    if (stopped) {
      interruption.request(); // heard after the first step
    }
    List<String> args = new ArrayList<>(List.of("train", "--model", "" + dir.resolve("model")));
    args.addAll(List.of("--data", "" + dir.resolve("reviews.csv"), "--max-length", "16"));
    args.addAll(List.of("--max-steps", "12", "--device", "cpu", "--output", "" + output));
    args.addAll(List.of("--set", "method.inner-steps=5", "--set", "method.outer-tolerance=0"));
    args.addAll(List.of("--set", "train.schedule.warmup=0"));
    args.addAll(List.of(more));
    return Cli.run(interruption, "", args.toArray(String[]::new));
  }

  private Cli.Outcome resume(String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--resume", run.toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private List<String> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void stoppedRunGoesOnToTheSameEnd() throws IOException {
    Cli.Outcome stopped = train(run, true);
    assertThat(stopped.code()).isEqualTo(130);
    assertThat(stopped.err()).contains("Go on:  ./aroma train --resume '" + run + "'");
    assertThat(checkpoints()).containsExactly("step-000001");
    Cli.Outcome resumed = resume("--seed", "0").succeeded();
    assertThat(resumed.err()).contains("it goes on after step 1", "step 12/12");
    assertThat(checkpoints()).containsExactly("step-000010", "step-000012");
    Path whole = dir.resolve("whole");
    train(whole, false).succeeded();
    Path adapter = Path.of("adapter", "adapter_model.safetensors");
    assertThat(run.resolve(adapter)).hasSameBinaryContentAs(whole.resolve(adapter));
    RunDirectory directory = RunDirectory.open(run);
    assertThat(directory.readResult().stopped()).isEqualTo(Stopped.MAX_STEPS);
    assertThat(directory.readManifest().command()).contains("--model");
    assertThat(directory.readManifest().resumed()).hasSize(1);
    assertThat(directory.readManifest().resumed().get(0).command()).contains("--resume");
    assertThat(directory.readMetrics().stream().filter(Event.Step.class::isInstance))
        .extracting(Event::step)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    resume().refused(1, "is over (max-steps)", "#resume-finished");
  }

  @Test
  void otherOptionsAreRefusedAllAtOnce() {
    train(run, true);
    resume("--max-steps", "50", "--lr", "0.1")
        .refused(
            2,
            "train.max-steps: the run has 12, asked for 50",
            "train.learning-rate: the run has 5.0E-4, asked for 0.1",
            "#resume-options");
    resume("--method", "lora").refused(2, "method.name: the run has aroma, asked for lora");
  }

  @Test
  void runWhoseDataOrConfigChangedIsRefused() throws IOException {
    train(run, true);
    Path csv = dir.resolve("reviews.csv");
    String text = Files.readString(csv);
    Files.writeString(csv, text.replaceFirst("good", "fine"));
    resume().refused(1, "the run's data changed", "reviews.csv", "#resume-changed");
    Files.writeString(csv, text);
    Path config = run.resolve("config.yaml");
    Files.writeString(config, Files.readString(config).replace("seed: 0", "seed: 1"));
    resume().refused(1, "config.yaml is not what the run began with", "#resume-options");
  }

  @Test
  void damagedCheckpointIsToldAndTheOneBeforeUsed() throws IOException {
    train(run, true, "--set", "train.checkpoint-every=2");
    resume().succeeded();
    Files.delete(run.resolve("result.json"));
    Path newest = run.resolve("checkpoints/step-000012/state.json");
    Files.writeString(newest, Files.readString(newest).replace('1', '2'));
    Cli.Outcome again = resume().succeeded();
    assertThat(again.err()).contains("cannot use", "step-000012", "it goes on after step 10");
  }

  @Test
  void runThatWasKilledBeforeItsFirstCheckpointBeginsAgain() throws IOException {
    train(run, true);
    for (String gone : List.of("result.json", "manifest.json")) {
      Files.delete(run.resolve(gone));
    }
    try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThat(resume().succeeded().err()).contains("begins again with the first step");
    assertThat(RunDirectory.open(run).readMetrics().stream().filter(Event.Start.class::isInstance))
        .hasSize(1);
  }

  @Test
  void whatIsNoRunIsRefused() {
    Cli.run("train", "--resume", dir.toString()).refused(1, "Expected the directory of a run");
  }
}
