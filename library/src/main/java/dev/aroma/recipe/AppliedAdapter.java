package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import dev.aroma.model.CausalModel;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Transformer;
import dev.aroma.model.Weights;
import dev.aroma.nn.Adapter;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.peft.Change;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An adapter in a model. What could be merged is part of the model's weights; the memory of what
 * could not is held here, for as long as the model is used.
 */
public final class AppliedAdapter implements AutoCloseable {
  private final Path from;
  private final Transformer model;
  private final Placement placement;
  private final Map<String, Layer> layers;
  private final Map<String, Parameter> parameters;
  private final Set<String> set = new HashSet<>();
  private final List<Layer> attached = new ArrayList<>();
  private final List<Tensor> kept = new ArrayList<>();
  private SequenceClassifier prompted; // null if no learned tokens are in use

  AppliedAdapter(Transformer model, Path from, Placement placement) {
    this.model = model;
    this.from = from;
    this.placement = placement;
    this.layers = model.modules(Layer.class);
    this.parameters = model.parameters();
  }

  /** The adapter's directory. */
  Path from() {
    return from;
  }

  /** Whether nothing is left beside the model's own weights. */
  public boolean merged() {
    return attached.isEmpty() && prompted == null;
  }

  /** Puts learned tokens before every sequence, or, as a prefix, learned keys and values. */
  void prompt(RawTensor learned, boolean prefix) {
    if (!(model instanceof SequenceClassifier classifier)) {
      throw new InputException(
          "%s: expected an adapter of layers, found learned tokens".formatted(from),
          "prompt, prefix and p-tuning are understood for classifiers only",
          "unsupported-adapter");
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor tensor = hold(onDevice(learned));
      if (prefix) {
        classifier.prefix(tensor);
      } else {
        classifier.prompt(tensor);
      }
      prompted = classifier;
    } catch (IllegalArgumentException e) {
      throw misfit("its prompt", e);
    }
  }

  /**
   * Applies a change to a layer.
   *
   * @param path of the layer
   * @param change made inside a scope that ends with the call
   */
  void apply(String path, Supplier<Change> change) {
    Layer layer = layers.get(path);
    if (layer == null) {
      throw foreign(path);
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      placement.place(this, path, layer, change.get());
    } catch (IllegalArgumentException e) {
      throw misfit(path, e);
    }
  }

  /** Attaches to a layer until this is closed. */
  void attach(Layer layer, Adapter adapter) {
    layer.adapt(adapter);
    attached.add(layer);
  }

  private InputException misfit(String what, IllegalArgumentException e) {
    return new InputException(
        "%s: model and adapter do not fit at %s: %s".formatted(from, what, e.getMessage()),
        "use the base model that the adapter was trained on",
        "adapter-mismatch",
        e);
  }

  /** Width of a layer's input; 0 if it is not linear. */
  long inputs(String path) {
    return layers.get(path) instanceof Linear linear ? linear.weight().shape()[1] : 0;
  }

  /** Lets a tensor live as long as this. */
  Tensor hold(Tensor tensor) {
    kept.add(tensor.keep());
    return tensor;
  }

  /** A tensor on the model's device. */
  Tensor onDevice(RawTensor raw) {
    return Weights.tensor(raw).to(parameters.values().iterator().next().value().device());
  }

  /** Gives one of the model's own parameters another value. */
  void set(RawTensor tensor) {
    Parameter parameter = parameters.get(tensor.name());
    if (parameter == null) {
      throw foreign(tensor.name());
    }
    if (!placement.takes(model, tensor)) {
      return;
    }
    tensor.requireShape(from.toString(), parameter.shape());
    set.add(tensor.name());
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      parameter.value(onDevice(tensor).to(parameter.value().dtype()));
    }
  }

  /**
   * Takes what PEFT saved of the model's own. Its copy of an embedding is not tied to the scores
   * any more, which keep the base model's: a tied model here has no place for both.
   */
  void setSaved(List<RawTensor> saved) {
    boolean tied = model instanceof CausalModel && !parameters.containsKey("lm_head.weight");
    for (RawTensor tensor : saved) {
      if (tied && tensor.name().endsWith("embed_tokens.weight")) {
        throw new InputException(
            "%s: holds an embedding of its own, %s, which the base model's scores share"
                .formatted(from, tensor.name()),
            "Merge it into its model with PEFT, after untying the two there.",
            "unsupported-adapter");
      }
      set(tensor);
    }
  }

  /** Refuses an adapter that lacks a part of the head. */
  void requireHead() {
    for (String path : parameters.keySet()) {
      if (model.inHead(path) && !set.contains(path)) {
        throw foreign(path);
      }
    }
  }

  private InputException foreign(String name) {
    return new InputException(
        "%s: model and adapter do not fit: no counterpart for %s".formatted(from, name),
        "use the base model that the adapter was trained on; adapter_config.json names it",
        "adapter-mismatch");
  }

  /** Detaches what was attached and frees it; what was merged stays. */
  @Override
  public void close() {
    attached.forEach(layer -> layer.adapt(null));
    if (prompted != null) {
      prompted.prompt(null);
      prompted.prefix(null);
    }
    kept.forEach(Tensor::close);
    kept.clear();
  }
}
