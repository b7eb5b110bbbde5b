package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.LowRank;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was trained, on disk: a PEFT LoRA adapter with the head in it; where nothing got a rank, the
 * head alone.
 */
final class AdapterStore {
  private static final String HEAD = "head.safetensors";
  private static final String CONFIG = "adapter_config.json";

  private AdapterStore() {}

  /**
   * Writes the directory.
   *
   * @return whether there is a LoRA adapter; if not, only the head was written
   */
  static boolean write(
      Path directory, String baseModel, SequenceClassifier model, Map<String, LowRank> factors) {
    List<RawTensor> head = new ArrayList<>();
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      if (model.inHead(entry.getKey())) {
        head.add(raw(entry.getKey(), entry.getValue().value().to(DType.F32)));
      }
    }
    List<LoraFactors> modules = new ArrayList<>();
    factors.forEach((path, f) -> modules.add(lora(path, f)));
    LoraAdapter adapter = new LoraAdapter(baseModel, "SEQ_CLS", modules, head);
    if (AdapterFiles.write(directory, adapter, AdapterFiles.Mode.COMPACT)) {
      return true;
    }
    SafetensorsWriter.write(directory.resolve(HEAD), head);
    return false;
  }

  private static LoraFactors lora(String path, LowRank factors) {
    return new LoraFactors(
        path, raw("a", factors.a()), raw("b", factors.b()), factors.scale() * factors.rank());
  }

  /** A tensor as bytes, read when they are asked for. */
  static RawTensor raw(String name, Tensor tensor) {
    return RawTensor.of(name, tensor.dtype(), tensor.shape(), tensor::bytes);
  }

  /** Merges what was trained into a freshly loaded base model. */
  static void mergeInto(SequenceClassifier model, Path directory) {
    List<RawTensor> head;
    if (Files.exists(directory.resolve(CONFIG))) {
      LoraAdapter adapter = AdapterFiles.read(directory);
      adapter.modules().forEach(module -> merge(model, module, directory));
      head = adapter.head();
    } else {
      try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(HEAD))) {
        head = file.names().stream().map(file::get).toList();
      }
    }
    setHead(model, head, directory);
  }

  private static void merge(SequenceClassifier model, LoraFactors factors, Path from) {
    Linear linear = model.modules(Linear.class).get(factors.module());
    if (linear == null) {
      throw foreign(from, factors.module());
    }
    try (Scope scope = Scope.open()) {
      Tensor weight = linear.weight().value();
      factors.a().requireShape(from.toString(), factors.rank(), weight.size(1));
      factors.b().requireShape(from.toString(), weight.size(0), factors.rank());
      Tensor b = Weights.tensor(factors.b()).to(DType.F32);
      Tensor a = Weights.tensor(factors.a()).to(DType.F32);
      linear.weight().value(new LowRank(b, a, factors.scale()).addTo(weight));
    }
  }

  private static void setHead(SequenceClassifier model, List<RawTensor> head, Path from) {
    Map<String, RawTensor> byName = new LinkedHashMap<>();
    head.forEach(tensor -> byName.put(tensor.name(), tensor));
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      if (model.inHead(entry.getKey())) {
        RawTensor tensor = byName.get(entry.getKey());
        if (tensor == null) {
          throw foreign(from, entry.getKey());
        }
        tensor.requireShape(from.toString(), entry.getValue().shape());
        try (Scope scope = Scope.open()) {
          entry.getValue().value(Weights.tensor(tensor).to(entry.getValue().value().device()));
        }
      }
    }
  }

  private static InputException foreign(Path from, String name) {
    return new InputException(
        "%s: model and adapter do not fit: no counterpart for %s".formatted(from, name),
        "use the base model that the adapter was trained on; adapter_config.json names it",
        "adapter-mismatch");
  }
}
