package dev.aroma.recipe;

import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options of a method that would leave such an adapter. */
final class ImportedMethod {
  private ImportedMethod() {}

  /** By key within {@code method}; learned prompts have no method here and count as head. */
  static Map<String, String> options(Path adapter, AdapterSummary summary) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(Node.NAME, name(summary.type()));
    switch (summary.type()) {
      case "lora", "dora" -> lora(AdapterFiles.read(adapter), options);
      case "adalora" -> {
        String rank = String.valueOf(AdapterFiles.readConfig(adapter).requireInt("init_r"));
        options.put("initial-rank", rank);
        options.put("target-rank", rank);
      }
      case "vera" ->
          options.put("rank", String.valueOf(AdapterFiles.readConfig(adapter).requireInt("r")));
      default -> {} // nothing of it is in the files
    }
    return options;
  }

  private static String name(String type) {
    return switch (type) {
      case "dora" -> "lora";
      case "prompt-tuning", "p-tuning", "prefix-tuning" -> "head";
      default -> type;
    };
  }

  private static void lora(LoraAdapter adapter, Map<String, String> options) {
    adapter.modules().stream()
        .max(Comparator.comparingInt(LoraFactors::rank))
        .ifPresent(
            widest -> {
              options.put("rank", String.valueOf(widest.rank()));
              options.put("alpha", String.valueOf(widest.alpha()));
            });
    options.put("dora", String.valueOf(adapter.dora()));
  }
}
