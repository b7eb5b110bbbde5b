package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A person's own files: TSV (no quoting), CSV (RFC 4180) or JSONL, in UTF-8.
 *
 * <p>Labels are those of the training file, sorted; by number where all are numbers. Without a file
 * to judge on, an example is held out when the first four bytes of the SHA-256 of its text (and of
 * a tab and its pair) are below a tenth of 2<sup>32</sup>: about 10 %, the same in every run, and
 * equal texts on one side. Classes are judged by accuracy, and by F1 of the second class where
 * there are two; numbers by Pearson's and Spearman's correlation.
 */
public final class TextTask implements TaskSource {
  private static final double HELD_OUT = 0.1;

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String description() {
    return "Your own TSV, CSV or JSONL files";
  }

  @Override
  public Task load(TaskOptions options) {
    TextFiles files = TextFiles.of(options);
    TextRows rows = TextRows.read(files.train(), options);
    List<String> labels = options.regression() ? List.of() : rows.labels();
    List<Example> all = rows.examples(labels, TextRows.labelColumn(options));
    if (files.dev() == null) {
      return heldOut(files.train(), labels, all);
    }
    Split dev = read(files.dev(), options, labels);
    List<String> notes = List.of("judged on " + files.dev());
    return task(labels, all, dev, List.of(files.train(), files.dev()), notes);
  }

  /**
   * Reads one file of labelled examples, for instance to judge a trained model on.
   *
   * @param labels the labels of the training file in their order; empty for regression
   */
  public static Split read(Path file, TaskOptions options, List<String> labels) {
    TextRows rows = TextRows.read(file, options);
    return new Split("dev", rows.examples(labels, TextRows.labelColumn(options)));
  }

  /**
   * Another file to judge a trained model on, all of it.
   *
   * @param labels the labels of the training file in their order; empty for regression
   * @return a task without training examples
   */
  public static Task judging(Path file, TaskOptions options, List<String> labels) {
    return task(labels, List.of(), read(file, options, labels), List.of(file), List.of());
  }

  private static Task heldOut(Path file, List<String> labels, List<Example> all) {
    Map<Boolean, List<Example>> sides =
        all.stream().collect(Collectors.partitioningBy(TextTask::held));
    List<Example> dev = sides.get(true);
    if (dev.isEmpty() || dev.size() == all.size()) {
      throw DataFiles.empty(
          file.toString(), "too few (%d) to hold a tenth out; give dev-file".formatted(all.size()));
    }
    String note =
        "%s: no file to judge on, held out %d of %d examples by a hash of their text"
            .formatted(file, dev.size(), all.size());
    return task(labels, sides.get(false), new Split("dev", dev), List.of(file), List.of(note));
  }

  private static boolean held(Example example) {
    String pair = example.pair() == null ? "" : "\t" + example.pair();
    return StableHash.fraction(example.text() + pair) < HELD_OUT;
  }

  private static Task task(
      List<String> labels, List<Example> train, Split dev, List<Path> files, List<String> notes) {
    List<Metric> metrics = new ArrayList<>();
    if (labels.isEmpty()) {
      metrics.addAll(List.of(Metric.PEARSON, Metric.SPEARMAN));
    } else {
      metrics.add(Metric.ACCURACY);
      metrics.addAll(labels.size() == 2 ? List.of(Metric.F1) : List.of());
    }
    return new Task("text", labels, metrics, new Split("train", train), List.of(dev), files, notes);
  }
}
