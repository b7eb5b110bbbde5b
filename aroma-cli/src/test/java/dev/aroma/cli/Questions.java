package dev.aroma.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Questions with true or false as their answer, as files of instructions and of a benchmark. */
final class Questions {
  private static final String ROW =
      "{\"instruction\": \"Is %d even? Answer format: true/false\", \"input\": \"\","
          + " \"output\": \"the correct answer is %s\", \"answer\": \"%2$s\"}\n";

  private Questions() {}

  static Path file(Path file) throws IOException {
    return write(file, 0, 60);
  }

  /** A training file, and a test set called boolq. */
  static Path commonsense(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("test"));
    write(directory.resolve("train.jsonl"), 0, 60);
    write(directory.resolve("test/boolq.jsonl"), 100, 110);
    return directory;
  }

  private static Path write(Path file, int from, int to) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(ROW.formatted(i, i % 2 == 0));
    }
    return Files.writeString(file, rows);
  }
}
