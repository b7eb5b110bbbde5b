package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.nn.Layer;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.Targets;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * (IA)³: keys, values and what goes into the second feed-forward layer, scaled feature by feature:
 * l ∘ (x W_kᵀ), l ∘ (x W_vᵀ), (l ∘ γ(x W₁ᵀ)) W₂ᵀ (Liu et al. 2022, arXiv 2205.05638).
 */
public final class Ia3 implements Method {
  private final Ia3Options options;

  /** Configures it. */
  public Ia3(Ia3Options options) {
    this.options = options;
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    Map<String, Linear> outputs =
        Targets.find(
            model,
            LayerNames.or(
                options.targetModules(), model, names -> List.of(names.key(), names.value())),
            setup.head());
    Map<String, Linear> inputs =
        Targets.find(
            Linear.class,
            "method.feedforward-modules",
            model,
            LayerNames.or(
                options.feedforwardModules(), model, names -> List.of(names.feedForwardOutput())),
            setup.head());
    Map<String, Linear> all = new LinkedHashMap<>(outputs);
    inputs.forEach(
        (path, linear) -> {
          if (all.put(path, linear) != null) {
            throw new InputException(
                "method.feedforward-modules: %s is in method.target-modules too".formatted(path),
                "a layer has its input or its output scaled: name it in one of the two",
                "target-modules");
          }
        });
    return new LayerTuner<>(
        all, (path, linear) -> new Scaled(linear, inputs.containsKey(path), setup.device()), setup);
  }

  /** One linear layer with its input or output scaled. */
  private static final class Scaled implements LayerAdapter {
    private final Parameter factors; // (in) or (out), from 1
    private final boolean input;

    Scaled(Linear linear, boolean input, Device device) {
      this.input = input;
      long width = linear.weight().shape()[input ? 1 : 0];
      this.factors = Parameter.of(Tensor.full(1, DType.F32, device, width));
    }

    @Override
    public Tensor forward(Layer layer, Tensor x) {
      Tensor l = factors.as(x.dtype());
      return input ? layer.plain(x.mul(l)) : layer.plain(x).mul(l);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(factors);
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public Scaling change() {
      return new Scaling(factors.value().detach(), input);
    }
  }
}
