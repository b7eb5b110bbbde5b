package dev.aroma.data;

import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the official files of one GLUE task. */
final class GlueFiles {
  private final GlueTask format;
  private final Path directory;
  private final List<Path> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  GlueFiles(GlueTask format, TaskOptions options) {
    this.format = format;
    options.requireNoneOfText();
    this.directory = directory(options.data());
  }

  Task task() {
    Split train = split("train.tsv");
    List<Split> dev = new ArrayList<>();
    for (String file : format.devFiles()) {
      dev.add(split(file));
    }
    return new Task(format.name(), format.labels(), format.metrics(), train, dev, files, notes);
  }

  private Path directory(Path given) {
    if (given == null) {
      throw new InputException(
          "Expected the directory of the files of %s, found none given.".formatted(format.name()),
          "Give the directory that holds train.tsv as data.",
          "data-missing");
    }
    Path below = given.resolve(format.directory());
    return Files.exists(given.resolve("train.tsv")) || !Files.isDirectory(below) ? given : below;
  }

  private Split split(String name) {
    Path file = directory.resolve(name);
    List<Example> examples = new ArrayList<>();
    try (Utf8Lines lines = new Utf8Lines(file)) {
      int skipped =
          HeadedTable.read(
              new TabSeparated(lines),
              format.columnsWithoutHeader(),
              format.skipsShortRows(),
              row -> examples.add(example(row)));
      if (skipped > 0) {
        notes.add("%s: passed over %d rows that lack fields".formatted(file, skipped));
      }
    }
    files.add(file);
    return new Split(name.replace(".tsv", "").replace('_', '-'), examples);
  }

  private Example example(Row row) {
    List<String> texts = format.texts();
    String text = row.get(texts.get(0));
    String pair = texts.size() == 1 ? null : row.get(texts.get(1));
    if (format.labels().isEmpty()) {
      return Example.ofTarget(text, pair, Answers.number(row, format.labelColumn()));
    }
    String value = row.get(format.labelColumn());
    int label = format.labelValues().indexOf(value);
    if (label < 0) {
      throw Answers.unknown(row, format.labelColumn(), format.labelValues());
    }
    return Example.ofClass(text, pair, label);
  }
}
