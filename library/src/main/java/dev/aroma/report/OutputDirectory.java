package dev.aroma.report;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/** The place of a new run: a directory of its own, which can be written to and has room. */
final class OutputDirectory {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private OutputDirectory() {}

  /**
   * Makes {@code path}.
   *
   * @throws InputException if it holds a run or any other file already, is a file, or cannot be
   *     written to
   */
  static void create(Path path) {
    try {
      requireEmpty(path);
      Files.createDirectories(path);
      requireWritable(path);
    } catch (IOException e) {
      throw RunFiles.cannotWrite(path, e);
    }
  }

  /**
   * Makes a directory {@code <task>-<method>-<date>-<time>} under {@code runs}, with a number if
   * that is taken.
   */
  static Path create(Path runs, String task, String method, LocalDateTime now) {
    String name =
        (task + "-" + method).replaceAll("[^A-Za-z0-9._-]+", "_") + "-" + TIME.format(now);
    try {
      Files.createDirectories(runs);
      Path made = createFree(runs.resolve(name));
      requireWritable(made);
      return made;
    } catch (IOException e) {
      throw RunFiles.cannotWrite(runs, e);
    }
  }

  private static Path createFree(Path wanted) throws IOException {
    for (Path path = free(wanted); ; path = free(path)) {
      try {
        return Files.createDirectory(path);
      } catch (FileAlreadyExistsException taken) {
        // Another run took the name since we looked; look again.
      }
    }
  }

  /** {@code path} if nothing is there, or else with the first number that is free. */
  private static Path free(Path path) {
    Path free = path;
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    for (int i = 2; Files.exists(free); i++) {
      free = path.toAbsolutePath().normalize().resolveSibling(name + "-" + i);
    }
    return free;
  }

  /** Writes and removes a file now: better told before an hour of training than after. */
  private static void requireWritable(Path path) throws IOException {
    Files.delete(Files.createTempFile(path, ".check", ""));
  }

  /** Files of others stay what they are: a run in a model's directory would make it neither. */
  private static void requireEmpty(Path path) throws IOException {
    String advice = "Choose another name, for example --output %s.".formatted(free(path));
    if (RunDirectory.holdsRun(path)) {
      throw new InputException(
          "Expected a new or empty output directory, found a run in " + path + ".",
          advice,
          "output-holds-a-run");
    }
    Path found = Files.isDirectory(path) ? firstIn(path) : null;
    if (found != null) {
      throw new InputException(
          "Expected a new or empty output directory, found %s in %s."
              .formatted(found.getFileName(), path),
          advice,
          "output-not-empty");
    }
  }

  private static Path firstIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !RunLock.is(file)).sorted().findFirst().orElse(null);
    }
  }

  /**
   * Checks, without writing, that a new run could go to {@code path}.
   *
   * @param bytes the least that it needs
   * @throws InputException if it holds something already, or its disk is too full
   */
  static void requireFree(Path path, long bytes) {
    Path nearest = path.toAbsolutePath();
    try {
      requireEmpty(path);
      while (!Files.isDirectory(nearest) && nearest.getParent() != null) {
        nearest = nearest.getParent();
      }
      requireSpace(nearest, bytes);
    } catch (IOException e) {
      throw RunFiles.cannotWrite(path, e);
    }
  }

  /**
   * Refuses to start when the disk cannot hold what the run will write.
   *
   * @param path of a directory that is there
   * @param bytes the least that it needs
   */
  static void requireSpace(Path path, long bytes) {
    try {
      long usable = Files.getFileStore(path).getUsableSpace();
      if (usable < bytes) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "Expected %,d bytes free for this run, found %,d (%s).",
                bytes,
                usable,
                path),
            "Free some space, or give --output another disk.",
            "no-space");
      }
    } catch (IOException e) {
      throw RunFiles.cannotWrite(path, e);
    }
  }
}
