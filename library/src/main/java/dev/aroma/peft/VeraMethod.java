package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.Targets;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * VeRA: y += λ_b ∘ (B (λ_d ∘ (A drop(x)))), A and B random, frozen and shared by all layers, λ_b =
 * 0 at first (Kopiczko et al. 2023, arXiv 2310.11454).
 */
public final class VeraMethod implements Method {
  private final VeraOptions options;

  /** Configures it. */
  public VeraMethod(VeraOptions options) {
    this.options = options;
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    Map<String, Linear> targets =
        Targets.find(
            model,
            LayerNames.or(
                options.targetModules(), model, names -> List.of(names.query(), names.value())),
            setup.head());
    Parameter a = shared("vera_A", setup, options.rank(), widest(targets, 1));
    Parameter b = shared("vera_B", setup, widest(targets, 0), options.rank());
    return new LayerTuner<>(
        targets, (path, linear) -> new VeraModule(linear, a, b, options, setup.device()), setup);
  }

  private static long widest(Map<String, Linear> targets, int side) {
    return targets.values().stream().mapToLong(l -> l.weight().shape()[side]).max().orElseThrow();
  }

  /** Kaiming uniform with a = √5, as PEFT: U(−1/√n, 1/√n) for n columns. */
  private static Parameter shared(String name, Setup setup, long rows, long columns) {
    double bound = 1 / Math.sqrt((double) columns);
    Rng rng = setup.rng().stream(name);
    return Parameter.of(rng.uniform(-bound, bound, rows, columns).to(setup.device()));
  }

  /** One linear layer with VeRA. */
  private static final class VeraModule implements LayerAdapter {
    private final Parameter a; // (r, at least in), shared
    private final Parameter b; // (at least out, r), shared
    private final Parameter rankFactors; // λ_d, (r)
    private final Parameter outputFactors; // λ_b, (out)
    private final long inputs;
    private final double dropout;

    VeraModule(Linear linear, Parameter a, Parameter b, VeraOptions options, Device device) {
      long[] shape = linear.weight().shape();
      this.a = a;
      this.b = b;
      this.inputs = shape[1];
      this.dropout = options.dropout();
      this.rankFactors =
          Parameter.of(Tensor.full(options.firstFactor(), DType.F32, device, options.rank()));
      this.outputFactors = Parameter.of(Tensor.zeros(DType.F32, device, shape[0]));
    }

    @Override
    public Tensor forward(Layer layer, Tensor x) {
      LowRank low = live().lowRank();
      return Branch.add(layer, x, dropout, low.a(), low.b(), 1);
    }

    private Vera live() {
      return new Vera(outputFactors.value(), rankFactors.value(), a.value(), b.value(), inputs);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(rankFactors, outputFactors);
    }

    @Override
    public int rank() {
      return (int) rankFactors.shape()[0];
    }

    @Override
    public Vera change() {
      return new Vera(
          outputFactors.value().detach(),
          rankFactors.value().detach(),
          a.value(),
          b.value(),
          inputs);
    }

    @Override
    public void free() {
      LayerAdapter.super.free();
      a.unload(); // all layers share it: a second time does nothing
      b.unload();
    }
  }
}
