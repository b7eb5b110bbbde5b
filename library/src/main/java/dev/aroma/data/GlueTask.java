package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A task of the GLUE benchmark (Wang et al. 2018): what its official TSV files look like.
 *
 * <p>{@code data} is the directory of {@code train.tsv} and {@code dev.tsv}, or the one above it.
 *
 * @param directory the name of its directory in the official archive
 * @param description a sentence on what is judged
 * @param texts the columns of the text and, for pairs, of the second text
 * @param labelColumn the column of the answer
 * @param labels what the answers are called, in the order of their indices; empty for regression
 * @param labelValues what stands for each of them in the files
 * @param metrics the official ones, the first above all
 * @param devFiles the files to judge on; a split has its file's name without the end
 * @param columnsWithoutHeader the columns of a file that may come without a header; empty where it
 *     always has one
 * @param skipsShortRows whether the official file has rows that lack fields, which are passed over
 */
record GlueTask(
    String directory,
    String description,
    List<String> texts,
    String labelColumn,
    List<String> labels,
    List<String> labelValues,
    List<Metric> metrics,
    List<String> devFiles,
    List<String> columnsWithoutHeader,
    boolean skipsShortRows)
    implements TaskSource {
  /** One whose answers stand in the column {@code label}, as names, judged on {@code dev.tsv}. */
  static GlueTask of(String directory, String question, List<String> texts, Metric... metrics) {
    return new GlueTask(
        directory,
        "%s (GLUE %s)".formatted(question, directory),
        texts,
        "label",
        List.of(),
        List.of(),
        List.of(metrics),
        List.of("dev.tsv"),
        List.of(),
        false);
  }

  /** With these answers, which stand in the files as they are called. */
  GlueTask named(String column, String... names) {
    return answers(column, List.of(names), List.of(names));
  }

  /** With these answers, which stand in the files as their indices. */
  GlueTask numbered(String column, String... names) {
    List<String> indices = IntStream.range(0, names.length).mapToObj(String::valueOf).toList();
    return answers(column, List.of(names), indices);
  }

  /** With a number as the answer. */
  GlueTask regression(String column) {
    return answers(column, List.of(), List.of());
  }

  private GlueTask answers(String column, List<String> names, List<String> values) {
    return new GlueTask(
        directory,
        description,
        texts,
        column,
        names,
        values,
        metrics,
        devFiles,
        columnsWithoutHeader,
        skipsShortRows);
  }

  /** With other files and oddities than most. */
  GlueTask files(List<String> dev, List<String> columns, boolean shortRows) {
    return new GlueTask(
        directory,
        description,
        texts,
        labelColumn,
        labels,
        labelValues,
        metrics,
        dev,
        columns,
        shortRows);
  }

  /** The directory's name in lower-case letters and digits. */
  @Override
  public String name() {
    return Tasks.plain(directory);
  }

  @Override
  public Task load(TaskOptions options) {
    return new GlueFiles(this, options).task();
  }
}
