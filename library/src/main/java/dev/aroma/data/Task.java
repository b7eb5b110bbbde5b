package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A task with its data.
 *
 * @param name its name in {@link Tasks}
 * @param labels names of the classes in the order of their indices; empty for regression
 * @param metrics what it is judged by, the first above all
 * @param train what is learned from
 * @param dev what is judged, the first split above all
 * @param files the files that were read, for digests; empty for embedded data
 * @param notes what a person should know about how the data were read
 */
public record Task(
    String name,
    List<String> labels,
    List<Metric> metrics,
    Split train,
    List<Split> dev,
    List<Path> files,
    List<String> notes) {
  /** Copies the lists. */
  public Task {
    labels = List.copyOf(labels);
    metrics = List.copyOf(metrics);
    dev = List.copyOf(dev);
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  /** Whether the answer is a value and not a class. */
  public boolean regression() {
    return labels.isEmpty();
  }

  /** The number of outputs that a head needs: one per class, or one value. */
  public int outputs() {
    return regression() ? 1 : labels.size();
  }

  /** The metric that decides. */
  public Metric metric() {
    return metrics.get(0);
  }

  /** The same task with a random sample of the training examples; see {@link Split#limited}. */
  public Task limited(int limit) {
    return new Task(name, labels, metrics, train.limited(limit), dev, files, notes);
  }

  /** One line a split: its size and how many examples each class has. */
  public List<String> summary() {
    return Stream.concat(Stream.of(train), dev.stream()).map(this::summary).toList();
  }

  private String summary(Split split) {
    int[] counts = regression() ? new int[0] : split.labelCounts(labels.size());
    String classes =
        IntStream.range(0, counts.length)
            .mapToObj(i -> labels.get(i) + " " + counts[i])
            .collect(Collectors.joining(", ", " (", ")"));
    return split.name() + ": " + split.size() + " examples" + (regression() ? "" : classes);
  }
}
