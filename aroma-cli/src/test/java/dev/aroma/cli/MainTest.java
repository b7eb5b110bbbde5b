package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.recipe.Recipes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  @Test
  void helpIsThereForEveryCommand() {
    assertThat(Cli.run("--help").succeeded().out()).contains("aroma train", "Exit codes");
    for (String name :
        List.of(
            "train", "eval", "predict", "inspect", "import", "export", "merge", "compare", "config",
            "recipes")) {
      assertThat(Cli.run("--help").out()).contains("  " + name);
      assertThat(Cli.run(name, "--help").succeeded().out()).contains("Usage: aroma " + name);
    }
  }

  @Test
  void versionNamesOursTheRevisionAndLibtorch() {
    assertThat(Cli.run("--version").succeeded().out())
        .contains("aroma ", "revision ", "libtorch ", "Java ");
    assertThat(Cli.run("train", "--version").succeeded().out()).contains("libtorch ");
  }

  @Test
  void everyShortFormIsInTheHelpOfTrainWithTheKeyThatItStandsFor() {
    String help = Cli.run("train", "--help").out().replaceAll("\\s+", " ");
    assertThat(help).contains("--lr=RATE", "[train.learning-rate;", "--model=DIR|ID");
    assertThat(help).doesNotContain("%");
  }

  @Test
  void configListsEveryOption() {
    String plain = Cli.run("config").succeeded().out();
    String markdown = Cli.run("config", "--markdown").succeeded().out();
    Recipes.reference()
        .entries()
        .forEach(
            entry -> {
              assertThat(plain).contains(entry.key(), entry.help());
              assertThat(markdown).contains("`" + entry.key() + "`");
            });
  }

  @Test
  void recipesAreListedWithWhatTheyDo() {
    assertThat(Cli.run("recipes").succeeded().out().lines())
        .hasSameSizeAs(Recipes.shipped())
        .allMatch(line -> line.matches("[a-z0-9-]+ {2,}\\S.*"))
        .noneMatch(line -> line.contains("#"));
  }

  @Test
  void bugIsOneLineAndItsTraceOnlyForThoseWhoAsk() {
    CommandLine line = new CommandLine(new Failing());
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    boolean[] debug = {false};
    Terminal terminal = terminal(OutputStream.nullOutputStream(), err);
    line.setExecutionExceptionHandler(new Failures(terminal, () -> debug[0]));
    assertThat(line.execute()).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("aroma: this is a bug: no good", "--debug")
        .doesNotContain("at dev.aroma", "second line");
    debug[0] = true;
    line.execute();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("at dev.aroma");
  }

  @Test
  void errorsThatPicocliLetsThroughAreToldToo() {
    for (Error error :
        List.of(new OutOfMemoryError("Java heap space"), new NoClassDefFoundError("a/B"))) {
      OutputStream broken =
          new OutputStream() {
            @Override
            public void write(int b) {
              throw error;
            }
          };
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Interruption interruption = new Interruption(System.err);
      assertThat(Main.run(terminal(broken, err), interruption, "recipes")).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("aroma: ", error.getMessage())
          .doesNotContain("at dev.aroma", "this is a bug");
      assertThat(Main.run(terminal(broken, err), interruption, "recipes", "--debug")).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("at dev.aroma");
    }
  }

  @Test
  void fullMemoryIsNoBugAndSaysWhatHelps() {
    for (String said :
        List.of(
            "CUDA out of memory. Tried to allocate 2.00 GiB.",
            "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried …",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Failures failures = new Failures(terminal(OutputStream.nullOutputStream(), err), () -> false);
      assertThat(failures.tell(new IllegalStateException("x", new RuntimeException(said))))
          .isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("aroma: out of memory", "--batch-size", "--max-length")
          .doesNotContain("this is a bug");
    }
  }

  @Test
  void resultThatCannotBePrintedIsAFailure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = terminal(full, err);
    assertThat(Main.run(terminal, new Interruption(System.err), "recipes")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("standard output");
  }

  @Test
  void pathsAreShownShortAndQuotedWhereAShellNeedsIt() {
    assertThat(Commands.word(Path.of("runs/x"))).isEqualTo("runs/x");
    assertThat(Commands.word(Path.of("").toAbsolutePath().resolve("runs/x"))).isEqualTo("runs/x");
    assertThat(Commands.word(Path.of("/a b/it's"))).isEqualTo("'/a b/it'\\''s'");
  }

  private static Terminal terminal(OutputStream out, OutputStream err) {
    return new Terminal(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        true,
        false,
        false);
  }

  @CommandLine.Command
  private static final class Failing implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("no good\nsecond line");
    }
  }
}
