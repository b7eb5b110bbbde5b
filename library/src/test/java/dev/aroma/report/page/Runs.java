package dev.aroma.report.page;

import dev.aroma.report.Event;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.MetricsLog;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import dev.aroma.report.Versions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Runs on disk, made up. */
final class Runs {
  static final String QUERY = "bert.encoder.layer.%d.attention.self.query";

  private Runs() {}

  static String query(int layer) {
    return QUERY.formatted(layer);
  }

  static Event.Start start() {
    return new Event.Start(0, "2026-01-01T00:00:00Z", "mrpc", "aroma", 40, 100, 2, 20);
  }

  static Event.Step step(int step, double loss) {
    return new Event.Step(step, step / 2.0, loss, 1e-3, 100, 2, 3, 200);
  }

  static Event.Ranks ranks(int step, int first, int second, double effective) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put(query(0), first);
    ranks.put(query(1), second);
    Map<String, Double> effectives = new LinkedHashMap<>();
    effectives.put(query(0), effective);
    effectives.put(query(1), second == 0 ? 0.0 : 1.0);
    return new Event.Ranks(step, step, ranks, effectives);
  }

  static Event.Eval eval(int step, double score) {
    return new Event.Eval(step, step, "f1", score, Map.of("f1", score, "accuracy", score - 0.1));
  }

  /** 40 steps, two outer steps, two evaluations. */
  static List<Event> grown() {
    List<Event> events = new ArrayList<>(List.of(start(), ranks(0, 0, 0, 0)));
    for (int step = 1; step <= 40; step++) {
      events.add(step(step, 1.0 / step));
      if (step == 20) {
        events.add(new Event.InnerConverged(20, 10, 1, query(0), 0.05));
        events.add(new Event.Merge(20, 10, 1, query(0), 1, 0.25));
        events.add(new Event.Merge(20, 10, 1, query(1), 1, 0.125));
        events.add(ranks(20, 1, 1, 1));
        events.add(eval(20, 0.75));
      }
    }
    events.add(new Event.Merge(40, 20, 2, query(0), 2, 0.2));
    events.add(new Event.Freeze(40, 20, 2, query(1), 1, 0.001));
    events.add(ranks(40, 2, 1, 1.9));
    events.add(eval(40, 0.875));
    events.add(new Event.End(40, 21, Stopped.MAX_STEPS));
    return events;
  }

  static Result result(Stopped stopped, String method, Map<String, Integer> ranks) {
    Map<String, Double> effective = new LinkedHashMap<>();
    ranks.forEach((module, rank) -> effective.put(module, rank * 0.95));
    return new Result(
        "mrpc",
        method,
        "f1",
        0.875,
        0.9,
        Map.of("f1", 0.875, "accuracy", 0.775),
        408,
        40,
        stopped,
        125,
        10.5,
        new Result.Parameters(20_000, 12_345.6, 3_000, 1_538, 109_000_000),
        ranks,
        effective,
        ranks.values().stream().mapToInt(Integer::intValue).sum(),
        7);
  }

  static Manifest manifest(String... command) {
    return new Manifest(
            new Versions("0.1", "abcdef", "17", "2.10", "0.36"),
            new Machine("Linux", "amd64", "a processor", 2, 8L << 30, null, 2, "AVX512"),
            List.of(command),
            7,
            "0123",
            Map.of("train.tsv", "4567"),
            Map.of("model.safetensors", "89ab"),
            "2026-01-01T00:00:00Z",
            null,
            null,
            List.of())
        .end(java.time.OffsetDateTime.parse("2026-01-01T00:05:00Z"), OptionalLong.of(3L << 30));
  }

  /** A whole run. */
  static RunDirectory write(Path path, List<Event> events, Result result) {
    RunDirectory run = RunDirectory.create(path);
    run.writeConfig("model:\n  path: \"bert-base\"\n");
    run.writeManifest(manifest("aroma", "train", "--lr", "1e-3"));
    log(run, events);
    if (result != null) {
      run.writeResult(result);
    }
    return run;
  }

  static void log(RunDirectory run, List<Event> events) {
    try (MetricsLog log = run.openMetrics()) {
      events.forEach(log::write);
    }
  }
}
