package dev.aroma.recipe;

import dev.aroma.data.InstructionOptions;
import dev.aroma.data.PromptTemplate;
import dev.aroma.data.TaskOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** Paths of a config made absolute: they count from where the command was given. */
final class ResolvedPaths {
  private ResolvedPaths() {}

  static RunOptions of(RunOptions o) {
    return new RunOptions(
        model(o.model()),
        task(o.task()),
        o.method(),
        o.train(),
        o.engine(),
        o.report(),
        absolute(o.output()));
  }

  /** A Hugging Face id and the embedded model are names, unless a directory is called so. */
  private static ModelOptions model(ModelOptions o) {
    boolean directory =
        !o.path().equals(ModelFiles.EMBEDDED) && Files.isDirectory(Path.of(o.path()));
    String path = directory ? absolute(Path.of(o.path())).toString() : o.path();
    return new ModelOptions(path, absolute(o.adapter()), o.dropout(), o.recompute());
  }

  private static TaskOptions task(TaskOptions o) {
    return o.with(absolute(o.data()), among(o.data(), o.trainFile()), among(o.data(), o.devFile()))
        .with(prompt(o.instructions()));
  }

  /** A template is a name or a text, unless there is a file called so. */
  private static InstructionOptions prompt(InstructionOptions o) {
    boolean text = PromptTemplate.names().contains(o.prompt()) || o.prompt().contains("{");
    return text || !Files.isRegularFile(Path.of(o.prompt()))
        ? o
        : new InstructionOptions(absolute(Path.of(o.prompt())).toString(), o.loss());
  }

  /** A file of the data directory, or one that counts from the current directory. */
  private static Path among(Path data, Path file) {
    boolean inside = data != null && file != null && Files.exists(data.resolve(file));
    return absolute(inside ? data.resolve(file) : file);
  }

  /** The same task on files in another place. */
  static TaskOptions withData(TaskOptions o, Path data) {
    return o.with(absolute(data), null, null);
  }

  private static Path absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize();
  }
}
