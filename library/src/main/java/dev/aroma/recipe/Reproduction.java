package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.Digests;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import dev.aroma.report.Versions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Runs a finished run again, on the same files, and tells whether the same comes out. */
public final class Reproduction {
  /**
   * What came out.
   *
   * @param directory of the second run
   * @param before its result the first time
   * @param after its result now
   * @param circumstances what is different about versions and machine, a line each
   * @param differences between the two results, a line each; none where they are the same
   */
  public record Outcome(
      Path directory,
      Result before,
      Result after,
      List<String> circumstances,
      List<String> differences) {
    /** Copies the lists. */
    public Outcome {
      circumstances = List.copyOf(circumstances);
      differences = List.copyOf(differences);
    }

    /** Whether scores, ranks and every trained number agree bit for bit. */
    public boolean same() {
      return differences.isEmpty();
    }
  }

  private final RunDirectory run;
  private final Manifest manifest;
  private final Result before;

  private Reproduction(Path directory) {
    this.run = RunDirectory.open(directory);
    this.manifest = run.readManifest();
    this.before = run.readResult();
  }

  /**
   * Opens a run and checks that it can be run again.
   *
   * @throws InputException if it did not end by itself, or one of its files is not what it was
   */
  public static Reproduction of(Path directory) {
    Reproduction reproduction = new Reproduction(directory);
    reproduction.requireWhole();
    reproduction.requireSameFiles();
    return reproduction;
  }

  private void requireWhole() {
    if (before.stopped() == Stopped.INTERRUPTED || before.stopped() == Stopped.FAILED) {
      throw new InputException(
          "%s: expected a run that ended by itself, found one that ended as %s after %d steps"
              .formatted(run.path(), before.stopped().word(), before.steps()),
          "Run it to its end first.",
          "reproduce-unfinished");
    }
  }

  private void requireSameFiles() {
    Map<String, String> files = new LinkedHashMap<>(manifest.model());
    files.putAll(manifest.data());
    List<String> changed = new ArrayList<>();
    if (!Digests.sha256(run.readConfig()).equals(manifest.configSha256())) {
      changed.add(run.path().resolve("config.yaml") + ": edited since");
    }
    files.forEach((file, digest) -> changed(file, digest).ifPresent(changed::add));
    if (!changed.isEmpty()) {
      throw new InputException(
          "%s: expected the files of the run as they were, found %d changed:%n  %s"
              .formatted(run.path(), changed.size(), String.join("\n  ", changed)),
          "Bring them back, or train anew: another input gives another result.",
          "reproduce-inputs");
    }
  }

  private static Optional<String> changed(String file, String digest) {
    if (!Files.isRegularFile(Path.of(file))) {
      return Optional.of(file + ": no such file any more");
    }
    String now = Digests.sha256(List.of(Path.of(file))).get(file);
    return now.equals(digest)
        ? Optional.empty()
        : Optional.of("%s: SHA-256 was %.12s…, is %.12s…".formatted(file, digest, now));
  }

  /** What the run was started with. */
  public RunOptions options() {
    return Recipes.options(run.path());
  }

  /**
   * Runs it again.
   *
   * @param output a new directory
   * @param command words of the command line, for the manifest
   */
  public Outcome run(Path output, List<String> command, Watch watch) {
    Path absolute = output.toAbsolutePath().normalize();
    FineTuned again = FineTuning.run(options().withOutput(absolute), command, watch);
    RunDirectory second = RunDirectory.open(again.directory());
    List<String> differences = new ArrayList<>(ofResults(before, again.result()));
    differences.addAll(AdapterComparison.differences(run.adapter(), second.adapter()));
    return new Outcome(
        again.directory(),
        before,
        again.result(),
        circumstances(manifest, second.readManifest()),
        differences);
  }

  /** Everything but times. */
  private static List<String> ofResults(Result one, Result two) {
    List<String> found = new ArrayList<>();
    add(found, "score", one.score(), two.score());
    add(found, "best", one.best(), two.best());
    add(found, "metrics", one.metrics(), two.metrics());
    add(found, "steps", one.steps(), two.steps());
    add(found, "stopped", one.stopped(), two.stopped());
    add(found, "parameters", one.parameters(), two.parameters());
    add(found, "ranks", one.ranks(), two.ranks());
    add(found, "effective ranks", one.effectiveRanks(), two.effectiveRanks());
    return found;
  }

  static List<String> circumstances(Manifest one, Manifest two) {
    List<String> found = new ArrayList<>();
    Versions v = one.versions();
    Versions w = two.versions();
    add(found, "aroma", v.aroma() + " " + v.revision(), w.aroma() + " " + w.revision());
    add(found, "Java", v.java(), w.java());
    add(found, "libtorch", v.libtorch(), w.libtorch());
    add(found, "tokenizers", v.tokenizers(), w.tokenizers());
    Machine m = one.machine();
    Machine n = two.machine();
    add(found, "system", m.os() + " " + m.arch(), n.os() + " " + n.arch());
    add(found, "CPU", m.cpu(), n.cpu());
    add(found, "accelerator", m.accelerator(), n.accelerator());
    add(found, "threads", m.threads(), n.threads());
    add(found, "CPU capability", m.capability(), n.capability());
    return found;
  }

  private static void add(List<String> found, String what, Object one, Object two) {
    if (!Objects.equals(one, two)) {
      found.add("%s: was %s, is %s".formatted(what, one, two));
    }
  }
}
