package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which of a person's files to train on and which to judge on.
 *
 * @param train the training file
 * @param dev the file to judge on, or null where a part of the training file is held out
 */
record TextFiles(Path train, Path dev) {
  private static final List<String> DEV_NAMES = List.of("dev", "validation", "test");

  static TextFiles of(TaskOptions options) {
    Path data = options.data();
    if (data == null && options.trainFile() == null) {
      throw new InputException(
          "Expected training data for the task %s, found neither data nor train-file."
              .formatted(options.name()),
          "Give a directory with train.tsv, train.csv or train.jsonl as data, or the file itself.",
          "data-missing");
    }
    boolean directory = data != null && Files.isDirectory(data);
    if (data != null && !directory && options.trainFile() != null) {
      throw new InputException(
          "Expected data to be a directory beside train-file, found " + data + ".",
          "Give either the training file as data, or both a directory and train-file.",
          "task-options");
    }
    TextFiles files = new TextFiles(train(options, directory), dev(options, directory));
    files.requireTwo();
    return files;
  }

  private static Path train(TaskOptions options, boolean directory) {
    if (options.trainFile() != null) {
      return within(options.data(), options.trainFile());
    }
    if (!directory) {
      return options.data();
    }
    Path found = only(options.data(), "train", "train-file");
    if (found == null) {
      throw DataFiles.missing(
          "train.tsv, train.csv, train.jsonl, train.ndjson or train.json", options.data());
    }
    return found;
  }

  private static Path dev(TaskOptions options, boolean directory) {
    if (options.devFile() != null) {
      return within(options.data(), options.devFile());
    }
    Path found = null;
    for (String name : directory ? DEV_NAMES : List.<String>of()) {
      found = found == null ? only(options.data(), name, "dev-file") : found;
    }
    return found;
  }

  /** A relative path is looked for in the data directory, then where the command runs. */
  private static Path within(Path data, Path file) {
    Path inside = data == null ? file : data.resolve(file);
    return Files.exists(inside) ? inside : file;
  }

  private static Path only(Path directory, String stem, String option) {
    List<Path> found =
        RowFiles.EXTENSIONS.stream()
            .flatMap(extension -> Stream.of(extension, extension + DataFiles.PACKED))
            .map(extension -> directory.resolve(stem + "." + extension))
            .filter(Files::exists)
            .toList();
    if (found.size() > 1) {
      throw new InputException(
          "Expected one %s file in %s, found %s.".formatted(stem, directory, found),
          "Say which one with " + option + ".",
          "data-ambiguous");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private void requireTwo() {
    if (dev != null
        && dev.toAbsolutePath().normalize().equals(train.toAbsolutePath().normalize())) {
      throw new InputException(
          "Expected other examples to judge on than to train on, found %s for both.".formatted(dev),
          "Leave dev-file out to hold a tenth of the file out.",
          "task-options");
    }
  }
}
