package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/**
 * A task of the GLUE benchmark (Wang et al. 2018): what its official TSV files look like.
 *
 * <p>{@code data} is the directory of {@code train.tsv} and {@code dev.tsv}, or the one above it.
 */
interface GlueTask extends TaskSource {
  /** The name of its directory in the official archive. */
  String directory();

  /** The column of the text. */
  String textColumn();

  /** The column of the second text, or null. */
  default String pairColumn() {
    return null;
  }

  /** The column of the answer. */
  default String labelColumn() {
    return "label";
  }

  /** What the answers are called, in the order of their indices; empty for regression. */
  List<String> labels();

  /** What stands for each of them in the files. */
  default List<String> labelValues() {
    return labels();
  }

  /** The official metrics, the first above all. */
  List<Metric> metrics();

  /** The files to judge on; a split has its file's name without the end. */
  default List<String> devFiles() {
    return List.of("dev.tsv");
  }

  /** The columns of a file that may come without a header; empty where it always has one. */
  default List<String> columnsWithoutHeader() {
    return List.of();
  }

  /** Whether the official file has rows that lack fields, which are passed over. */
  default boolean skipsShortRows() {
    return false;
  }

  @Override
  default Task load(TaskOptions options) {
    return new GlueFiles(this, options).task();
  }
}
