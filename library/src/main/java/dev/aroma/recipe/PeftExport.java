package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.OwnAdapter;
import dev.aroma.io.PeftAdapter;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.Triplets;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adapters on disk written again as PEFT has them; no base model is needed for that. */
final class PeftExport {
  private PeftExport() {}

  /**
   * Writes an adapter.
   *
   * @param adapter its directory
   * @param format one of PEFT's
   */
  static void write(Path adapter, Export.Format format, Path output) {
    if (OwnAdapter.isIn(adapter)) {
      throw new InputException(
          "PEFT has no format for what %s holds (biases, whole weights or layers added)."
              .formatted(adapter),
          "Export with --to hf; layers added by houlsby or pfeiffer work with the run itself alone.",
          "export-format");
    }
    if (!AdapterFiles.isPeft(adapter)) {
      throw new InputException(
          "No module of this run has a rank: there is no LoRA to write, only a head (%s)."
              .formatted(adapter),
          "Export with --to hf.",
          "export-format");
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      write(adapter, AdapterFiles.readConfig(adapter).requireString("peft_type"), format, output);
    }
  }

  private static void write(Path adapter, String type, Export.Format format, Path output) {
    boolean ranks = type.equals("LORA") || type.equals("ADALORA");
    if (format == Export.Format.PEFT ? !ranks : type.equals("ADALORA") && adaLora(format)) {
      AdapterFiles.copy(adapter, output);
    } else if (!ranks) {
      throw new InputException(
          "An adapter of type %s has no ranks, which %s is about: %s."
              .formatted(type, format, adapter),
          "Export with --to peft.",
          "export-format");
    } else if (adaLora(format)) {
      adaLora(AdapterFiles.read(adapter)).write(output);
    } else {
      Mode mode = format == Export.Format.PEFT ? Mode.COMPACT : Mode.PADDED;
      AdapterFiles.write(output, lora(adapter, type), mode);
    }
  }

  private static boolean adaLora(Export.Format format) {
    return format == Export.Format.PEFT_ADALORA;
  }

  /** A LoRA as it is, or AdaLoRA's components as one. */
  private static LoraAdapter lora(Path directory, String type) {
    if (type.equals("LORA")) {
      return AdapterFiles.read(directory);
    }
    PeftAdapter adapter = PeftAdapter.read(directory);
    List<LoraFactors> modules = new ArrayList<>();
    for (String path : adapter.layers().keySet()) {
      modules.add(PeftFormat.lora(path, PeftFormat.triplets(adapter, path)));
    }
    String base = adapter.config().optString("base_model_name_or_path", "");
    String task = adapter.config().optString("task_type", "");
    return new LoraAdapter(base, task, modules, adapter.parameters());
  }

  /** All modules at the largest rank and one scale, the norms of components in E. */
  private static PeftAdapter adaLora(LoraAdapter lora) {
    if (lora.dora()) {
      throw new InputException(
          "AdaLoRA's format has no place for the magnitudes of a DoRA adapter.",
          "Export with --to peft.",
          "export-format");
    }
    int rank = lora.largestRank();
    LoraFactors widest =
        lora.modules().stream().filter(m -> m.rank() == rank).findFirst().orElseThrow();
    double scale = widest.alpha() / (rank + PeftFormat.SMALL);
    Map<String, Triplets> layers = new LinkedHashMap<>();
    for (LoraFactors module : lora.modules()) {
      layers.put(module.module(), Triplets.of((LowRank) PeftFormat.change(module), rank, scale));
    }
    return PeftFormat.triplets(new Origin(lora.baseModel(), lora.taskType()), layers, lora.head());
  }
}
