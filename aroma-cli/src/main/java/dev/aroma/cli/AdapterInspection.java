package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.recipe.AdapterSummary;
import dev.aroma.report.RankGrid;
import dev.aroma.report.ResultTable;
import java.nio.file.Path;
import java.util.Map;

/** An adapter, from its files alone. */
record AdapterInspection(AdapterSummary adapter) implements Inspection {
  static AdapterInspection of(Path directory) {
    return new AdapterInspection(AdapterSummary.read(directory));
  }

  @Override
  public Map<String, Integer> ranks() {
    return adapter.ranks();
  }

  @Override
  public Map<String, Double> effective() {
    return adapter.effectiveRanks();
  }

  @Override
  public String text(boolean unicode, boolean colour) {
    StringBuilder text = new StringBuilder(facts().text());
    if (!adapter.ranks().isEmpty()) {
      RankGrid grid = new RankGrid(adapter.ranks(), adapter.effectiveRanks());
      text.append('\n').append(grid.render(unicode, colour));
    }
    if (!adapter.parts().isEmpty()) {
      ResultTable table = new ResultTable("where", "modules", "parameters", "what");
      for (AdapterSummary.Part part : adapter.parts()) {
        String parameters = Facts.format("%,d", part.parameters());
        table.row(part.where(), part.count(), parameters, part.what());
      }
      text.append('\n').append(table.text());
    }
    return text.toString();
  }

  private Facts facts() {
    return new Facts()
        .add("type", adapter.type())
        .add("base model", adapter.baseModel().isEmpty() ? "not named" : adapter.baseModel())
        .add("adapter parameters", Facts.format("%,d", adapter.parameters()))
        .add("head parameters", Facts.format("%,d", adapter.head()));
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "adapter").put("type", adapter.type()).put("model", adapter.baseModel());
    json.putObject("parameters")
        .put("adapter_final", adapter.parameters())
        .put("head", adapter.head());
    adapter.ranks().forEach(json.putObject("ranks")::put);
    adapter.effectiveRanks().forEach(json.putObject("effective_ranks")::put);
    json.put("total_rank", adapter.totalRank());
    for (AdapterSummary.Part part : adapter.parts()) {
      json.withArray("parts")
          .addObject()
          .put("where", part.where())
          .put("modules", part.count())
          .put("parameters", part.parameters())
          .put("what", part.what());
    }
    return json;
  }
}
