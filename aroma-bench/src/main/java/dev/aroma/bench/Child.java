package dev.aroma.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that measures.
 *
 * @param command its command line
 * @param environment added to ours
 * @param seconds after which it is ended
 */
record Child(List<String> command, Map<String, String> environment, long seconds) {
  /**
   * Runs it to its end.
   *
   * @param out told each line of its standard output, on another thread
   * @return what went wrong, in a line; nothing where nothing did
   */
  Optional<String> run(Consumer<String> out) throws IOException {
    Path errors = Files.createTempFile("aroma-bench", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return Optional.of(e.getMessage()); // no such program
      }
      process.getOutputStream().close();
      return await(process, out).map(why -> why + last(errors));
    } finally {
      Files.delete(errors);
    }
  }

  private Optional<String> await(Process process, Consumer<String> out) {
    Thread reader = new Thread(() -> read(process, out), "bench-output");
    reader.start();
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      reader.join();
      if (!ended) {
        return Optional.of("ended after %d seconds".formatted(seconds));
      }
      int code = process.exitValue();
      return code == 0 ? Optional.empty() : Optional.of("exit code " + code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  private static void read(Process process, Consumer<String> out) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.accept(line);
      }
    } catch (IOException e) {
      out.accept("its output ended: " + e.getMessage()); // it was ended
    }
  }

  /** What it complained of: the line of an exception, or else the last one. */
  private static String last(Path errors) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.stream()
          .filter(
              line -> line.startsWith("Exception in thread") || line.contains(": not measured:"))
          .findFirst()
          .or(() -> lines.stream().reduce((a, b) -> b))
          .map(line -> ": " + line)
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
