package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the command in this process, as a person would. */
final class Cli {
  /** What a command left. */
  record Outcome(int code, String out, String err) {
    Outcome succeeded() {
      assertThat(code).as(err).isZero();
      return this;
    }

    /** It failed, the message names all of these, and there is no trace of our insides in it. */
    void refused(int expected, String... named) {
      assertThat(code).as(err).isEqualTo(expected);
      assertThat(err).contains("aroma: ").contains(named);
      assertThat(err).doesNotContain("at dev.aroma", "Exception", "this is a bug");
    }
  }

  private Cli() {}

  static Outcome run(String... args) {
    return run(new Interruption(System.err), "", args);
  }

  static Outcome withInput(String input, String... args) {
    return run(new Interruption(System.err), input, args);
  }

  static Outcome run(Interruption interruption, String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            false,
            false);
    int code = Main.run(terminal, interruption, args);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
