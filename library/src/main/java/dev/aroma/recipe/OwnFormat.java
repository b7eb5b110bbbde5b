package dev.aroma.recipe;

import dev.aroma.io.OwnAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.nn.Activation;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Bottleneck;
import dev.aroma.peft.Change;
import dev.aroma.report.ModulePath;
import dev.aroma.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From parameters and bottlenecks to {@link OwnAdapter} and back. */
final class OwnFormat {
  private static final String MARK = ".adapter.";
  private static final String DOWN_WEIGHT = "down.weight";
  private static final String DOWN_BIAS = "down.bias";
  private static final String UP_WEIGHT = "up.weight";
  private static final String UP_BIAS = "up.bias";

  private OwnFormat() {}

  /** What a method trained that PEFT has no format for. */
  static OwnAdapter of(
      String baseModel,
      Map<String, ? extends Change> changes,
      Map<String, Parameter> parameters,
      List<RawTensor> head) {
    List<RawTensor> tensors = new ArrayList<>(head);
    parameters.forEach(
        (path, p) -> tensors.add(AdapterStore.raw(path, p.value().detach().to(DType.F32))));
    String activation = "";
    for (Map.Entry<String, ? extends Change> entry : changes.entrySet()) {
      Bottleneck bottleneck = (Bottleneck) entry.getValue();
      String path = entry.getKey() + MARK;
      tensors.add(AdapterStore.raw(path + DOWN_WEIGHT, bottleneck.downWeight()));
      tensors.add(AdapterStore.raw(path + DOWN_BIAS, bottleneck.downBias()));
      tensors.add(AdapterStore.raw(path + UP_WEIGHT, bottleneck.upWeight()));
      tensors.add(AdapterStore.raw(path + UP_BIAS, bottleneck.upBias()));
      activation = bottleneck.activation();
    }
    return new OwnAdapter(baseModel, activation, tensors);
  }

  /** The layer that a tensor stands behind; null for one of the model's own. */
  static String layer(String tensor) {
    int mark = tensor.lastIndexOf(MARK);
    return mark < 0 ? null : tensor.substring(0, mark);
  }

  /** Width of what was put behind each layer. */
  static Map<String, Long> widths(OwnAdapter adapter) {
    Map<String, Long> widths = new LinkedHashMap<>();
    for (RawTensor tensor : adapter.tensors()) {
      if (tensor.name().endsWith(MARK + DOWN_BIAS)) {
        widths.put(layer(tensor.name()), tensor.elements());
      }
    }
    return widths;
  }

  /** The method that leaves such an adapter: it is not written down, but can be told. */
  static String method(OwnAdapter adapter) {
    List<String> layers = List.copyOf(widths(adapter).keySet());
    if (!layers.isEmpty()) {
      return layers.stream().allMatch(l -> l.endsWith("LayerNorm")) ? "pfeiffer" : "houlsby";
    }
    return adapter.tensors().stream()
            .map(RawTensor::name)
            .filter(name -> ModulePath.of(name).isPresent())
            .allMatch(name -> name.endsWith(".bias"))
        ? "bitfit"
        : "full";
  }

  /** Puts an adapter into a model. */
  static void read(OwnAdapter adapter, AppliedAdapter applied) {
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    for (RawTensor tensor : adapter.tensors()) {
      String layer = layer(tensor.name());
      if (layer == null) {
        applied.set(tensor);
      } else {
        layers
            .computeIfAbsent(layer, key -> new LinkedHashMap<>())
            .put(tensor.name().substring(layer.length() + MARK.length()), tensor);
      }
    }
    if (!layers.isEmpty()) {
      Activation.of(adapter.activation(), applied.from() + ": activation"); // told now, not in use
    }
    layers.forEach(
        (path, parts) ->
            applied.apply(path, () -> bottleneck(path, parts, adapter.activation(), applied)));
  }

  private static Bottleneck bottleneck(
      String path, Map<String, RawTensor> parts, String activation, AppliedAdapter applied) {
    Path from = applied.from();
    for (String part : List.of(DOWN_WEIGHT, DOWN_BIAS, UP_WEIGHT, UP_BIAS)) {
      if (!parts.containsKey(part)) {
        throw BadAdapter.damaged(from, "it has no tensor " + path + MARK + part);
      }
    }
    long[] shape = BadAdapter.dimensions(from, 2, parts.get(DOWN_WEIGHT)).shape();
    return new Bottleneck(
        applied.onDevice(parts.get(DOWN_WEIGHT)),
        applied.onDevice(parts.get(DOWN_BIAS).requireShape(from.toString(), shape[0])),
        applied.onDevice(parts.get(UP_WEIGHT).requireShape(from.toString(), shape[1], shape[0])),
        applied.onDevice(parts.get(UP_BIAS).requireShape(from.toString(), shape[1])),
        activation);
  }
}
