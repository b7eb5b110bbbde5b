package dev.aroma.recipe;

import dev.aroma.io.AdapterFiles;
import dev.aroma.io.JsonConfig;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.OwnAdapter;
import dev.aroma.io.PeftAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.metrics.EffectiveRank;
import dev.aroma.peft.LowRank;
import dev.aroma.report.ModulePath;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads an {@link AdapterSummary} from the files of each kind of adapter. */
final class SummaryReader {
  private final String type;
  private final String baseModel;
  private final Map<String, Integer> ranks = new LinkedHashMap<>();
  private final Map<String, Double> effective = new LinkedHashMap<>();
  private final Map<String, PartCount> parts = new LinkedHashMap<>();
  private long parameters;
  private long head;

  private SummaryReader(String type, String baseModel) {
    this.type = type;
    this.baseModel = baseModel;
  }

  private AdapterSummary summary() {
    List<AdapterSummary.Part> counted = parts.values().stream().map(PartCount::part).toList();
    return new AdapterSummary(type, baseModel, ranks, effective, counted, parameters, head);
  }

  // --- PEFT's
  // ------------------------------------------------------------------------------------------

  static AdapterSummary peft(Path directory) {
    JsonConfig config = AdapterFiles.readConfig(directory);
    String type = config.requireString("peft_type");
    if (type.equals("LORA")) {
      return lora(AdapterFiles.read(directory));
    }
    PeftFormat.requireKnown(type, directory);
    PeftAdapter adapter = PeftAdapter.read(directory);
    SummaryReader reader =
        new SummaryReader(
            type.toLowerCase(Locale.ROOT).replace('_', '-'),
            config.optString("base_model_name_or_path", ""));
    adapter.layers().keySet().forEach(path -> reader.layer(type, adapter, path));
    if (PeftFormat.prompts(type)) {
      reader.prompt(PeftFormat.prompt(adapter), config.optInt("num_layers", 0));
    }
    adapter.parameters().forEach(reader::parameter);
    return reader.summary();
  }

  private static AdapterSummary lora(LoraAdapter adapter) {
    SummaryReader reader = new SummaryReader(adapter.dora() ? "dora" : "lora", adapter.baseModel());
    for (LoraFactors module : adapter.modules()) {
      reader.parameters += module.a().elements() + module.b().elements();
      reader.parameters += module.magnitude() == null ? 0 : module.magnitude().elements();
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        reader.rank(module.module(), PeftFormat.change(module).lowRank());
      }
    }
    adapter.head().forEach(reader::parameter);
    return reader.summary();
  }

  private void rank(String path, LowRank change) {
    ranks.put(path, change.rank());
    effective.put(path, EffectiveRank.of(change.singularValues()));
  }

  private void layer(String peftType, PeftAdapter adapter, String path) {
    long count = adapter.layers().get(path).values().stream().mapToLong(RawTensor::elements).sum();
    parameters += count;
    switch (peftType) {
      case "ADALORA" -> {
        try (Scope scope = Scope.open();
            NoGrad guard = NoGrad.open()) {
          rank(path, PeftFormat.triplets(adapter, path).lowRank());
        }
      }
      case "VERA" -> {
        long directions = adapter.require(path, "vera_lambda_d").elements();
        part(path, "outputs of %d shared directions times".formatted(directions))
            .add(path, count, adapter.require(path, "vera_lambda_b"));
      }
      case "IA3" -> {
        RawTensor factors = adapter.require(path, "ia3_l");
        boolean input = factors.shape().length > 0 && factors.shape()[0] == 1;
        part(path, input ? "inputs times" : "outputs times").add(path, count, factors);
      }
      default -> throw BadAdapter.damaged(adapter.config().source(), "it has layers: " + path);
    }
  }

  private void prompt(RawTensor learned, int layers) {
    long[] shape = learned.shape();
    parameters += learned.elements();
    String what =
        type.equals("prefix-tuning")
            ? "learned keys and values, %d in each of %d layers".formatted(shape[0], layers)
            : "learned tokens, %d of width %d".formatted(shape[0], shape[1]);
    part("before the text", what).add("", learned.elements());
  }

  // --- ours
  // --------------------------------------------------------------------------------------------

  static AdapterSummary own(OwnAdapter adapter) {
    SummaryReader reader = new SummaryReader(OwnFormat.method(adapter), adapter.baseModel());
    Map<String, Long> widths = OwnFormat.widths(adapter);
    for (RawTensor tensor : adapter.tensors()) {
      String layer = OwnFormat.layer(tensor.name());
      if (layer == null) {
        reader.parameter(tensor);
      } else {
        reader.parameters += tensor.elements();
        String what = "followed by a layer %d wide (%s)";
        reader
            .part(layer, what.formatted(widths.get(layer), adapter.activation()))
            .add(layer, tensor.elements());
      }
    }
    return reader.summary();
  }

  static AdapterSummary head(List<RawTensor> tensors) {
    SummaryReader reader = new SummaryReader("head", "");
    tensors.forEach(reader::parameter);
    return reader.summary();
  }

  /** One of the model's own: what is in no layer and no embedding is the head's. */
  private void parameter(RawTensor tensor) {
    String name = tensor.name();
    if (ModulePath.of(name).isEmpty() && !name.contains("embeddings.")) {
      head += tensor.elements();
    } else {
      parameters += tensor.elements();
      part(name, "trained").add(name, tensor.elements());
    }
  }

  /** What is counted for modules of this place, whatever their layer. */
  private PartCount part(String path, String what) {
    String where = ModulePath.of(path).map(ModulePath::suffix).orElse(path);
    return parts.computeIfAbsent(where + "\n" + what, absent -> new PartCount(where, what));
  }
}
