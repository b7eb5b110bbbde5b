package dev.aroma.report.page;

import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.ScoreText;
import dev.aroma.report.Versions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run's page says in tables: result, circumstances, configuration. */
final class RunTables {
  private final RunSummary run;

  RunTables(RunSummary run) {
    this.run = run;
  }

  String html() {
    StringBuilder html = new StringBuilder();
    if (run.result() != null) {
      html.append(Html.card("Result", "", Html.facts(result(run.result()))));
    }
    Manifest manifest = run.manifest();
    if (manifest != null) {
      String files =
          Html.folded("SHA-256 of the data's files", digests(manifest.data()))
              + Html.folded("SHA-256 of the model's files", digests(manifest.model()));
      html.append(Html.card("Where it comes from", "", Html.facts(facts(manifest)) + files));
    }
    if (run.config() != null) {
      String content = Html.folded("config.yaml: every option, resolved", run.config());
      html.append(Html.wideCard("Configuration", "", content));
    }
    return html.toString();
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static Map<String, String> result(Result result) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(result.metric() + ", final", RunSummary.score(result.score()));
    facts.put(
        result.metric() + ", " + ScoreText.best(result.metric()), RunSummary.score(result.best()));
    result
        .metrics()
        .forEach(
            (name, score) -> {
              if (!name.equals(result.metric())) {
                facts.put(name + ", final", RunSummary.score(score));
              }
            });
    facts.put("dev examples", format("%,d", result.examples()));
    Result.Parameters parameters = result.parameters();
    facts.put("adapter parameters, first step", format("%,d", parameters.adapterInitial()));
    facts.put("adapter parameters, mean", format("%,.0f", parameters.adapterMean()));
    facts.put("adapter parameters, last step", format("%,d", parameters.adapterFinal()));
    facts.put("head parameters", format("%,d", parameters.head()));
    facts.put("model parameters", format("%,d", parameters.total()));
    if (!result.ranks().isEmpty()) {
      facts.put(
          "total rank", format("%,d in %,d modules", result.totalRank(), result.ranks().size()));
    }
    facts.put("steps", format("%,d, ended: %s", result.steps(), result.stopped().word()));
    facts.put("time", RunSummary.duration(result.seconds()));
    facts.put("pace", format("%,.1f examples/s", result.examplesPerSecond()));
    facts.put("seed", String.valueOf(result.seed()));
    return facts;
  }

  private static Map<String, String> facts(Manifest manifest) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", String.join(" ", manifest.command()));
    facts.put("started", manifest.started());
    facts.put("finished", manifest.finished() == null ? "not yet" : manifest.finished());
    Versions versions = manifest.versions();
    facts.put("Aroma", versions.aroma() + ", revision " + versions.revision());
    facts.put("libtorch", versions.libtorch());
    facts.put("Java", versions.java());
    Machine machine = manifest.machine();
    facts.put("machine", machine.cpu() + ", " + machine.cores() + " cores");
    facts.put("memory", gibibytes(machine.memoryBytes()));
    facts.put("accelerator", machine.accelerator() == null ? "none" : machine.accelerator());
    facts.put("system", machine.os() + ", " + machine.arch());
    Long peak = manifest.peakMemoryBytes();
    facts.put("peak memory", peak == null ? "unknown" : gibibytes(peak));
    facts.put("SHA-256 of config.yaml", manifest.configSha256());
    return facts;
  }

  private static String gibibytes(long bytes) {
    return bytes == 0 ? "unknown" : format("%.2f GiB", bytes / 0x1p30);
  }

  private static String digests(Map<String, String> files) {
    StringBuilder text = new StringBuilder();
    files.forEach((file, digest) -> text.append(digest).append("  ").append(file).append('\n'));
    return text.isEmpty() ? "none: they come with Aroma\n" : text.toString();
  }
}
