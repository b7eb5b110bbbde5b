package dev.aroma.report;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;

/** The directory of one run: where each of its files is, and their safe writing. */
public final class RunDirectory {
  private static final List<String> SIGNS =
      List.of(
          "config.yaml", "manifest.json", "metrics.jsonl", "result.json", "adapter", "checkpoints");

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /**
   * Makes {@code path} the directory of a new run.
   *
   * @throws InputException if it holds a run or any other file already, is a file, or cannot be
   *     written to
   */
  public static RunDirectory create(Path path) {
    OutputDirectory.create(path);
    return new RunDirectory(path);
  }

  /**
   * Makes a directory {@code <task>-<method>-<date>-<time>} under {@code runs}, with a number if
   * that is taken.
   */
  public static RunDirectory create(Path runs, String task, String method, LocalDateTime now) {
    return new RunDirectory(OutputDirectory.create(runs, task, method, now));
  }

  /**
   * The directory of a run that is there.
   *
   * @throws InputException if it is no directory or holds no run
   */
  public static RunDirectory open(Path path) {
    if (!Files.isDirectory(path) || !holdsRun(path)) {
      String found = Files.isDirectory(path) ? "none of its files" : "no such directory";
      throw new InputException(
          "Expected the directory of a run (config.yaml, metrics.jsonl, …), found %s: %s."
              .formatted(found, path),
          "Give a directory that ./aroma train wrote, for example one under runs/.",
          "run-files");
    }
    return new RunDirectory(path);
  }

  /** Whether there is anything of a run in {@code path}. */
  public static boolean holdsRun(Path path) {
    return SIGNS.stream().anyMatch(sign -> Files.exists(path.resolve(sign)));
  }

  /**
   * Checks, without writing, that a new run could go to {@code path}.
   *
   * @param bytes the least that it needs
   * @throws InputException if it holds something already, or its disk is too full
   */
  public static void requireFree(Path path, long bytes) {
    OutputDirectory.requireFree(path, bytes);
  }

  /**
   * Refuses to start when the disk cannot hold what the run will write.
   *
   * @param bytes the least that it needs
   */
  public void requireSpace(long bytes) {
    OutputDirectory.requireSpace(path, bytes);
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  /** Where the adapter goes. */
  public Path adapter() {
    return path.resolve("adapter");
  }

  /** Where checkpoints go. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Where TensorBoard's event files go. */
  public Path tensorboard() {
    return path.resolve("tensorboard");
  }

  /** Where the page goes that shows the run. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Whether {@code manifest.json} is there: a run that was killed early has none. */
  public boolean hasManifest() {
    return Files.exists(path.resolve("manifest.json"));
  }

  /** Whether {@code result.json} is there. */
  public boolean hasResult() {
    return Files.exists(path.resolve("result.json"));
  }

  /** Writes {@code config.yaml}: everything resolved. */
  public void writeConfig(String yaml) {
    AtomicFile.writeText(path.resolve("config.yaml"), yaml);
  }

  /** Reads {@code config.yaml}. */
  public String readConfig() {
    return RunFiles.read(path.resolve("config.yaml"));
  }

  /** Writes {@code manifest.json}. */
  public void writeManifest(Manifest manifest) {
    AtomicFile.writeText(path.resolve("manifest.json"), Json.pretty(manifest));
  }

  /** Reads {@code manifest.json}. */
  public Manifest readManifest() {
    Path file = path.resolve("manifest.json");
    return Json.readLenient(RunFiles.read(file), Manifest.class, file.toString());
  }

  /** Writes {@code result.json}. */
  public void writeResult(Result result) {
    AtomicFile.writeText(path.resolve("result.json"), Json.pretty(result));
  }

  /** Reads {@code result.json}. */
  public Result readResult() {
    Path file = path.resolve("result.json");
    return Json.read(RunFiles.read(file), Result.class, file.toString());
  }

  /** Opens {@code metrics.jsonl} to append to. */
  public MetricsLog openMetrics() {
    return MetricsLog.append(path.resolve("metrics.jsonl"));
  }

  /**
   * Opens {@code metrics.jsonl} of a run that goes on from a checkpoint; what the run did beyond it
   * is cut off.
   *
   * @param checkpoint that it goes on from, or null to begin again with the first step
   */
  public MetricsLog resumeMetrics(Event.Checkpoint checkpoint) {
    return MetricsLog.resume(path.resolve("metrics.jsonl"), checkpoint);
  }

  /** Reads {@code metrics.jsonl}. */
  public List<Event> readMetrics() {
    return MetricsLog.read(path.resolve("metrics.jsonl"));
  }
}
