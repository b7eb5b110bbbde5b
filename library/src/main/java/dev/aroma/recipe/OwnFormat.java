package dev.aroma.recipe;

import dev.aroma.io.OwnAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.nn.Activation;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Bottleneck;
import dev.aroma.peft.Change;
import dev.aroma.tensor.DType;
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

  /** Puts an adapter into a model. */
  static void read(OwnAdapter adapter, AppliedAdapter applied) {
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    for (RawTensor tensor : adapter.tensors()) {
      int mark = tensor.name().lastIndexOf(MARK);
      if (mark < 0) {
        applied.set(tensor);
      } else {
        layers
            .computeIfAbsent(tensor.name().substring(0, mark), key -> new LinkedHashMap<>())
            .put(tensor.name().substring(mark + MARK.length()), tensor);
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
    for (String part : List.of(DOWN_WEIGHT, DOWN_BIAS, UP_WEIGHT, UP_BIAS)) {
      if (!parts.containsKey(part)) {
        throw applied.damaged("it has no tensor " + path + MARK + part);
      }
    }
    long[] shape = applied.dimensions(2, parts.get(DOWN_WEIGHT)).shape();
    return new Bottleneck(
        applied.keep(parts.get(DOWN_WEIGHT)),
        applied.keep(parts.get(DOWN_BIAS).requireShape(applied.from().toString(), shape[0])),
        applied.keep(
            parts.get(UP_WEIGHT).requireShape(applied.from().toString(), shape[1], shape[0])),
        applied.keep(parts.get(UP_BIAS).requireShape(applied.from().toString(), shape[1])),
        activation);
  }
}
