package dev.aroma.report;

import dev.aroma.io.Digests;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What is needed to tell how a run came about: {@code manifest.json}.
 *
 * @param command the words of the command line
 * @param configSha256 of the text of {@code config.yaml}
 * @param data SHA-256 by file
 * @param model SHA-256 by file
 * @param started ISO 8601
 * @param finished ISO 8601, or null while the run goes on
 * @param peakMemoryBytes resident, or null if unknown or unfinished
 * @param resumed each time that the run went on from a checkpoint, in order
 */
public record Manifest(
    Versions versions,
    Machine machine,
    List<String> command,
    long seed,
    String configSha256,
    Map<String, String> data,
    Map<String, String> model,
    String started,
    String finished,
    Long peakMemoryBytes,
    List<Resumed> resumed) {
  /**
   * The run went on.
   *
   * @param command the words of the command line
   * @param step steps that were done before
   * @param time ISO 8601
   */
  public record Resumed(List<String> command, int step, String time) {
    /** Copies what could change. */
    public Resumed {
      command = List.copyOf(command);
    }
  }

  /** Copies what could change. */
  public Manifest {
    resumed = resumed == null ? List.of() : List.copyOf(resumed);
    Objects.requireNonNull(versions, "versions");
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(configSha256, "config_sha256");
    Objects.requireNonNull(started, "started");
    command = List.copyOf(command);
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    model = Collections.unmodifiableMap(new LinkedHashMap<>(model));
  }

  /** The manifest of a run that begins now. */
  public static Manifest begin(
      Versions versions,
      Machine machine,
      List<String> command,
      long seed,
      String configYaml,
      Map<String, String> data,
      Map<String, String> model,
      OffsetDateTime now) {
    String digest = Digests.sha256(configYaml);
    return new Manifest(
        versions, machine, command, seed, digest, data, model, iso(now), null, null, List.of());
  }

  /** This manifest when the run is over. */
  public Manifest end(OffsetDateTime now, OptionalLong peakBytes) {
    Long peak = peakBytes.isPresent() ? Long.valueOf(peakBytes.getAsLong()) : null;
    return new Manifest(
        versions,
        machine,
        command,
        seed,
        configSha256,
        data,
        model,
        started,
        iso(now),
        peak,
        resumed);
  }

  /** This manifest when the run goes on from a checkpoint. */
  public Manifest resume(List<String> words, int step, OffsetDateTime now) {
    List<Resumed> all = new ArrayList<>(resumed);
    all.add(new Resumed(words, step, iso(now)));
    return new Manifest(
        versions, machine, command, seed, configSha256, data, model, started, null, null, all);
  }

  private static String iso(OffsetDateTime time) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.truncatedTo(ChronoUnit.SECONDS));
  }
}
