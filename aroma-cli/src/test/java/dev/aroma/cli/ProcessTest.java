package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.cli.LauncherSandbox.Outcome;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, through the launcher. */
@DisabledOnOs(OS.WINDOWS)
class ProcessTest {
  @TempDir Path dir;
  private LauncherSandbox box;
  private Path output;

  @BeforeEach
  void makeSandbox() throws IOException {
    box = new LauncherSandbox(dir);
    box.environment.put("AROMA_JAVA_HOME", System.getProperty("java.home"));
    box.environment.put("FAKE_CLASSPATH", System.getProperty("java.class.path"));
    output = box.root.resolve("run");
  }

  private Process train(String steps) throws IOException {
    String[] words =
        TinyCase.in(box.root).words("train", "--max-steps", steps, "--output", output.toString());
    return box.start(box.clone, box.clone.resolve("aroma"), words);
  }

  @Test
  void trainsAndForwardsTheExitCode() throws Exception {
    Outcome first = box.finish(train("3"));
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("accuracy").doesNotContain("step 3/3");
    assertThat(first.err()).contains("step 3/3").doesNotContain("WARN", "\r", "\u001b");
    Outcome second = box.finish(train("3"));
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err()).contains("aroma: ", "found a run").doesNotContain("at dev.aroma");
    Outcome predicted = box.run("predict", "--run", output.toString(), "good");
    assertThat(predicted.out()).startsWith("{\"text\":\"good\"").endsWith("}\n");
  }

  @Test
  void interruptSavesWhatThereIs() throws Exception {
    assumeTrue(interruptsArrive(), "this process was started with interrupts ignored");
    Process process = train("1000000");
    await(process, output.resolve("metrics.jsonl"), "\"loss\"");
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    Outcome outcome = box.finish(process);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(130);
    assertThat(outcome.err()).contains("Stopped by Ctrl-C after step", output.toString());
    assertThat(outcome.out()).contains("interrupted after");
    assertThat(output.resolve("adapter")).isDirectory();
    assertThat(RunDirectory.open(output).readResult().stopped()).isEqualTo(Stopped.INTERRUPTED);
  }

  private static void await(Process process, Path file, String text)
      throws IOException, InterruptedException {
    Instant last = Instant.now().plus(Duration.ofSeconds(60));
    while (!Files.exists(file) || !Files.readString(file).contains(text)) {
      assertThat(process.isAlive() && Instant.now().isBefore(last)).as(file.toString()).isTrue();
      Thread.sleep(50);
    }
  }

  /** A shell without job control starts what is in the background with SIGINT ignored. */
  private static boolean interruptsArrive() throws IOException {
    Path status = Path.of("/proc/self/status");
    return !Files.exists(status)
        || Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .allMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0);
  }
}
