package dev.aroma.data;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Opens data files; what is missing is told together with what is there. */
final class DataFiles {
  /** Ends the name of a file that gzip packed. */
  static final String PACKED = ".gz";

  private static final int MOST_NAMES = 20;
  private static final int BUFFER = 1 << 16;

  private DataFiles() {}

  static InputStream open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw missing("the data file " + file, file.toAbsolutePath().getParent());
    }
    try {
      return unpacked(file, Files.newInputStream(file));
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  private static InputStream unpacked(Path file, InputStream in) throws IOException {
    if (!isPacked(file)) {
      return in;
    }
    try {
      return new GZIPInputStream(in, BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static boolean isPacked(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(PACKED);
  }

  /** The end of a file's name in lower case, without the {@code .gz} of a packed file. */
  static String extension(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String plain = isPacked(file) ? name.substring(0, name.length() - PACKED.length()) : name;
    return plain.substring(plain.lastIndexOf('.') + 1);
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
