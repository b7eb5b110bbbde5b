package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.metrics.EffectiveRank;
import dev.aroma.model.Weights;
import dev.aroma.peft.LowRank;
import dev.aroma.report.RankGrid;
import dev.aroma.tensor.Scope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A PEFT adapter, from its files alone.
 *
 * @param ranks by module path
 * @param effective effective ranks by module path
 * @param parameters of the factors
 * @param head parameters that were trained whole
 */
record AdapterInspection(
    String baseModel,
    Map<String, Integer> ranks,
    Map<String, Double> effective,
    long parameters,
    long head)
    implements Inspection {

  /** What a run leaves where no module got a rank. */
  static final String HEAD = "head.safetensors";

  /** Where only a head was trained. */
  static AdapterInspection ofHead(Path directory) {
    long head = 0;
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(HEAD))) {
      for (String name : file.names()) {
        head += file.get(name).elements();
      }
    }
    return new AdapterInspection("", Map.of(), Map.of(), 0, head);
  }

  static AdapterInspection of(Path directory) {
    LoraAdapter adapter = AdapterFiles.read(directory);
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> effective = new LinkedHashMap<>();
    long parameters = 0;
    for (LoraFactors module : adapter.modules()) {
      ranks.put(module.module(), module.rank());
      effective.put(module.module(), effectiveRank(module));
      parameters += module.a().elements() + module.b().elements();
    }
    long head = adapter.head().stream().mapToLong(RawTensor::elements).sum();
    return new AdapterInspection(adapter.baseModel(), ranks, effective, parameters, head);
  }

  private static double effectiveRank(LoraFactors module) {
    try (Scope scope = Scope.open()) {
      LowRank change =
          new LowRank(Weights.tensor(module.b()), Weights.tensor(module.a()), module.scale());
      return EffectiveRank.of(change.singularValues());
    }
  }

  private long totalRank() {
    return ranks.values().stream().mapToLong(Integer::longValue).sum();
  }

  @Override
  public String text(boolean unicode, boolean colour) {
    String about =
        new Facts()
            .add("base model", baseModel.isEmpty() ? "not named" : baseModel)
            .add("adapter parameters", Facts.format("%,d", parameters))
            .add("other parameters", Facts.format("%,d", head))
            .text();
    return about + "\n" + new RankGrid(ranks, effective).render(unicode, colour);
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "adapter").put("model", baseModel);
    json.putObject("parameters").put("adapter_final", parameters).put("head", head);
    ranks.forEach(json.putObject("ranks")::put);
    effective.forEach(json.putObject("effective_ranks")::put);
    return json.put("total_rank", totalRank());
  }
}
