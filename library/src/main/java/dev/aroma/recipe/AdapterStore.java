package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.OwnAdapter;
import dev.aroma.io.PeftAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.Transformer;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Bottleneck;
import dev.aroma.peft.Change;
import dev.aroma.peft.Scaling;
import dev.aroma.peft.Tuner;
import dev.aroma.peft.Vera;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was trained, on disk: a PEFT adapter where PEFT has the method, else one in our own format
 * ({@link OwnAdapter}), the head always in it; where nothing but the head was trained, or no layer
 * got a rank, the head alone.
 */
public final class AdapterStore {

  private AdapterStore() {}

  /**
   * Writes a directory; an adapter that was there is replaced.
   *
   * @param baseModel id or path of the base model, for whoever loads the adapter
   * @param model with the trained head
   * @param tuner what was trained besides
   * @param mode how ranks that differ are stored, by the methods that deliver LoRA adapters
   */
  public static void write(
      Path directory, String baseModel, Transformer model, Tuner tuner, Mode mode) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Map<String, ? extends Change> changes = tuner.changes();
      Origin origin = new Origin(baseModel, model.taskType());
      List<RawTensor> head = head(model);
      Change first = changes.values().stream().findFirst().orElse(null);
      if (!tuner.parameters().isEmpty() || first instanceof Bottleneck) {
        OwnFormat.of(baseModel, changes, tuner.parameters(), head).write(directory);
      } else if (first instanceof Vera) {
        PeftFormat.vera(origin, changes, head).write(directory);
      } else if (first instanceof Scaling) {
        PeftFormat.scalings(origin, changes, head).write(directory);
      } else if (!writeLora(directory, origin, changes, head, mode)) {
        SafetensorsWriter.write(directory.resolve(OwnAdapter.HEAD), head);
      }
    }
  }

  /**
   * Writes AdaLoRA's result under PEFT's own type for it, with all components and E; {@link #write}
   * makes a plain LoRA adapter of it, which more servers take.
   *
   * @param tuner of the method adalora
   */
  public static void writeAdaLora(
      Path directory, String baseModel, Transformer model, Tuner tuner) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Origin origin = new Origin(baseModel, model.taskType());
      PeftFormat.triplets(origin, tuner.changes(), head(model)).write(directory);
    }
  }

  private static boolean writeLora(
      Path directory,
      Origin origin,
      Map<String, ? extends Change> changes,
      List<RawTensor> head,
      Mode mode) {
    List<LoraFactors> modules = new ArrayList<>();
    changes.forEach((path, change) -> modules.add(PeftFormat.lora(path, change)));
    return AdapterFiles.write(
        directory, new LoraAdapter(origin.baseModel(), origin.taskType(), modules, head), mode);
  }

  /** The head as float32, each tensor read when it is asked for. */
  static List<RawTensor> head(Transformer model) {
    List<RawTensor> head = new ArrayList<>();
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      if (model.inHead(entry.getKey())) {
        head.add(raw(entry.getKey(), entry.getValue().value().to(DType.F32)));
      }
    }
    return head;
  }

  /** A tensor as bytes, read when they are asked for. */
  static RawTensor raw(String name, Tensor tensor) {
    return RawTensor.of(name, tensor.dtype(), tensor.shape(), tensor::bytes);
  }

  /**
   * Puts what was trained into a freshly loaded base model: merged into its weights where the
   * method allows it, else attached.
   *
   * @param directory as {@link #write} makes it, or an adapter of PEFT (LoRA, DoRA, AdaLoRA, VeRA,
   *     IA3, prompt, prefix and p-tuning)
   * @throws InputException if it is damaged, of another kind, or does not fit the model
   */
  public static AppliedAdapter apply(Transformer model, Path directory) {
    return apply(model, directory, Placement.MERGED);
  }

  /** As {@link #apply(Transformer, Path)}, with the changes in another place. */
  static AppliedAdapter apply(Transformer model, Path directory, Placement placement) {
    AppliedAdapter applied = new AppliedAdapter(model, directory, placement);
    try {
      fill(applied, directory);
      applied.requireHead();
      return applied;
    } catch (RuntimeException e) {
      applied.close();
      throw e;
    }
  }

  /** Reads an adapter of any kind into a model. */
  static void fill(AppliedAdapter applied, Path directory) {
    if (OwnAdapter.isIn(directory)) {
      OwnFormat.read(OwnAdapter.read(directory), applied);
    } else if (AdapterFiles.isPeft(directory)) {
      String type = AdapterFiles.readConfig(directory).requireString("peft_type");
      if (type.equals("LORA")) {
        LoraAdapter adapter = AdapterFiles.read(directory);
        applied.setSaved(adapter.head()); // first: PEFT may save the weights that are changed
        adapter.modules().forEach(m -> applied.apply(m.module(), () -> PeftFormat.change(m)));
      } else {
        PeftFormat.read(type, directory, applied);
      }
    } else {
      headAlone(directory).forEach(applied::set);
    }
  }

  private static List<RawTensor> headAlone(Path directory) {
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(OwnAdapter.HEAD))) {
      return file.names().stream().map(file::get).toList();
    }
  }

  /** The model's own tensors in an adapter, under their names in the model: the head above all. */
  static List<RawTensor> parameters(Path directory) {
    if (OwnAdapter.isIn(directory)) {
      return OwnAdapter.read(directory).tensors().stream()
          .filter(tensor -> OwnFormat.layer(tensor.name()) == null)
          .toList();
    }
    if (!AdapterFiles.isPeft(directory)) {
      return headAlone(directory);
    }
    String type = AdapterFiles.readConfig(directory).requireString("peft_type");
    return type.equals("LORA")
        ? AdapterFiles.read(directory).head()
        : PeftAdapter.read(directory).parameters();
  }
}
