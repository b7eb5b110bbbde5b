package dev.aroma.recipe;

import java.nio.file.Path;
import java.util.function.Consumer;

/** A page that is written when everything else is. */
final class ReportFile {
  private ReportFile() {}

  /**
   * Writes it if that is possible. It can be made again from other files, so whatever keeps it from
   * being made must not cost these.
   *
   * @param again what a person can do to make it again
   */
  static void attempt(Path file, Runnable write, Consumer<String> messages, String again) {
    try {
      write.run();
    } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      messages.accept("no %s: %s; %s".formatted(file, why, again));
    }
  }
}
