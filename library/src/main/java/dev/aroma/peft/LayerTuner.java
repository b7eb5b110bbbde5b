package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The usual tuner: one adapter a layer, all of them trained from the first step to the last. */
final class LayerTuner<L extends Layer, A extends LayerAdapter> implements Tuner {
  /** Name of the parameter group of all adapters. */
  static final String GROUP = "adapter";

  private final Map<String, L> layers;
  private final Map<String, A> adapters = new LinkedHashMap<>();
  private final Function<LayerTuner<L, A>, List<ParameterGroup>> groups;

  /**
   * Attaches an adapter to every layer; all parameters have one rate.
   *
   * @param layers by path
   * @param make of path and layer
   * @param setup says their weight decay
   */
  LayerTuner(Map<String, L> layers, BiFunction<String, L, A> make, Setup setup) {
    this(layers, make, tuner -> setup.groups(GROUP, tuner.all(), 1));
  }

  /**
   * Attaches an adapter to every layer.
   *
   * @param groups how the parameters are trained
   */
  LayerTuner(
      Map<String, L> layers,
      BiFunction<String, L, A> make,
      Function<LayerTuner<L, A>, List<ParameterGroup>> groups) {
    this.layers = layers;
    this.groups = groups;
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      layers.forEach((path, layer) -> adapters.put(path, make.apply(path, layer)));
    }
    enable(true);
  }

  private List<Parameter> all() {
    List<Parameter> all = new ArrayList<>();
    adapters.values().forEach(adapter -> all.addAll(adapter.parameters()));
    return all;
  }

  /** The adapters by path. */
  Map<String, A> adapters() {
    return adapters;
  }

  @Override
  public List<ParameterGroup> groups() {
    return groups.apply(this);
  }

  @Override
  public Map<String, Change> changes() {
    Map<String, Change> all = new LinkedHashMap<>();
    adapters.forEach((path, adapter) -> all.put(path, adapter.change()));
    return all;
  }

  @Override
  public Map<String, Integer> ranks() {
    Map<String, Integer> all = new LinkedHashMap<>();
    adapters.forEach((path, adapter) -> all.put(path, adapter.rank()));
    return all;
  }

  @Override
  public void enable(boolean on) {
    layers.forEach((path, layer) -> layer.adapt(on ? adapters.get(path) : null));
  }

  @Override
  public void close() {
    enable(false);
    adapters.values().forEach(LayerAdapter::free);
  }
}
