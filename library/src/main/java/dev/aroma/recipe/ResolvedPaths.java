package dev.aroma.recipe;

import dev.aroma.data.TaskOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** Paths of a config made absolute: they count from where the command was given. */
final class ResolvedPaths {
  private ResolvedPaths() {}

  static RunOptions of(RunOptions o) {
    return new RunOptions(
        model(o.model()), task(o.task()), o.method(), o.train(), o.engine(), absolute(o.output()));
  }

  /** A Hugging Face id and the embedded model are names, unless a directory is called so. */
  private static ModelOptions model(ModelOptions o) {
    boolean directory =
        !o.path().equals(ModelFiles.EMBEDDED) && Files.isDirectory(Path.of(o.path()));
    String path = directory ? absolute(Path.of(o.path())).toString() : o.path();
    return new ModelOptions(path, absolute(o.adapter()), o.dropout());
  }

  private static TaskOptions task(TaskOptions o) {
    return new TaskOptions(
        o.name(),
        absolute(o.data()),
        o.textColumn(),
        o.pairColumn(),
        o.labelColumn(),
        among(o.data(), o.trainFile()),
        among(o.data(), o.devFile()),
        o.regression(),
        o.maxLength(),
        o.limit());
  }

  /** A file of the data directory, or one that counts from the current directory. */
  private static Path among(Path data, Path file) {
    boolean inside = data != null && file != null && Files.exists(data.resolve(file));
    return absolute(inside ? data.resolve(file) : file);
  }

  /** The same task on files in another place. */
  static TaskOptions withData(TaskOptions o, Path data) {
    return new TaskOptions(
        o.name(),
        absolute(data),
        o.textColumn(),
        o.pairColumn(),
        o.labelColumn(),
        null,
        null,
        o.regression(),
        o.maxLength(),
        o.limit());
  }

  private static Path absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize();
  }
}
