package dev.aroma.data;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens data files; what is missing is told together with what is there. */
final class DataFiles {
  private static final int MOST_NAMES = 20;

  private DataFiles() {}

  static InputStream open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw missing("the data file " + file, file.toAbsolutePath().getParent());
    }
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /** {@code what} was expected in {@code directory}. */
  static InputException missing(String what, Path directory) {
    String found =
        Files.isDirectory(directory)
            ? "the directory " + directory + " has " + listing(directory)
            : "there is no directory " + directory;
    return new InputException(
        "Expected " + what + ", found nothing there: " + found + ".",
        "Check the path that you gave as data (or train-file, dev-file).",
        "data-missing");
  }

  static InputException unreadable(String file, IOException e) {
    return new InputException(
        "Cannot read " + file + ": " + e,
        "Check that you may read it and that its disk is there.",
        "data-missing",
        e);
  }

  static InputException empty(String file, String problem) {
    return new InputException(
        "Expected examples in %s, found %s.".formatted(file, problem),
        "Check that the download or the export that made it went through.",
        "data-empty");
  }

  private static String listing(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names =
          entries.map(p -> p.getFileName().toString()).sorted().limit(MOST_NAMES + 1).toList();
      String shown = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
      return names.isEmpty() ? "no files" : shown + (names.size() > MOST_NAMES ? ", …" : "");
    } catch (IOException e) {
      return "files that cannot be listed (" + e + ")";
    }
  }
}
