package dev.aroma.cli;

import dev.aroma.report.Result;
import dev.aroma.report.ScoreText;
import java.util.Map;

/** The numbers of a result as a person reads them. */
final class ResultFacts {
  private ResultFacts() {}

  static Facts of(Result result) {
    Facts facts = new Facts();
    facts.add(
        result.metric(),
        Facts.format(
            "%.4f (%s %.4f, %,d examples)",
            result.score(), ScoreText.best(result.metric()), result.best(), result.examples()));
    for (Map.Entry<String, Double> other : result.metrics().entrySet()) {
      if (!other.getKey().equals(result.metric())) {
        facts.add(other.getKey(), Facts.format("%.4f", other.getValue()));
      }
    }
    Result.Parameters p = result.parameters();
    facts.add(
        "adapter parameters",
        Facts.format(
            "%,d at first, %,.0f on average, %,d at last",
            p.adapterInitial(), p.adapterMean(), p.adapterFinal()));
    facts.add("head parameters", Facts.format("%,d of %,d in all", p.head(), p.total()));
    facts.add(
        "total rank", Facts.format("%d in %d modules", result.totalRank(), result.ranks().size()));
    facts.add(
        "time",
        Facts.format("%.1f s, %.1f examples/s", result.seconds(), result.examplesPerSecond()));
    return facts.add(
        "ended", Facts.format("%s after %,d steps", result.stopped().word(), result.steps()));
  }
}
