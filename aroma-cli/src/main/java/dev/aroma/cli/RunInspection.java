package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.JsonConfig;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.report.RankGrid;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A finished run: its result. */
record RunInspection(RunOptions options, Result result, JsonConfig raw) implements Inspection {
  /** A run without a result was brought here by import, or has not ended: then its adapter. */
  static Inspection of(Path directory) {
    if (!Files.exists(directory.resolve("result.json"))) {
      return AdapterInspection.of(directory);
    }
    Result result = RunDirectory.open(directory).readResult();
    JsonConfig raw = JsonConfig.read(directory.resolve("result.json"));
    return new RunInspection(Recipes.options(directory), result, raw);
  }

  @Override
  public Map<String, Integer> ranks() {
    return result.ranks();
  }

  @Override
  public Map<String, Double> effective() {
    return result.effectiveRanks();
  }

  @Override
  public String text(boolean unicode, boolean colour) {
    String about =
        new Facts()
            .add("model", options.model().path())
            .add("task", result.task())
            .add("method", result.method())
            .text();
    RankGrid grid = new RankGrid(result.ranks(), result.effectiveRanks());
    return about + "\n" + grid.render(unicode, colour) + "\n" + ResultFacts.of(result).text();
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "run").put("model", options.model().path());
    return json.setAll(raw.json());
  }
}
