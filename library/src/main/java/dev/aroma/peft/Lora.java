package dev.aroma.peft;

import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * LoRA: y += s · B A drop(x), s = α / r (Hu et al. 2021, arXiv 2106.09685).
 *
 * <p>With rsLoRA's s = α / √r (arXiv 2312.03732), LoRA+'s larger rate for B (arXiv 2402.12354) and
 * DoRA's magnitudes (arXiv 2402.09353) as options, which go together.
 */
public final class Lora implements Method {
  private final LoraOptions options;

  /** Configures it. */
  public Lora(LoraOptions options) {
    this.options = options;
  }

  /**
   * Factors that it goes on with keep their rank and scale; DoRA would change the model at once.
   */
  @Override
  public boolean goesOn() {
    return !options.dora();
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    Map<String, Linear> targets =
        setup.targets(model, LayerNames.or(options.targetModules(), model, LayerNames::adapted));
    return options.plusRatio() == 1
        ? new LayerTuner<>(targets, (path, linear) -> adapter(path, linear, setup), setup)
        : new LayerTuner<>(
            targets, (path, linear) -> adapter(path, linear, setup), tuner -> groups(tuner, setup));
  }

  private LayerAdapter adapter(String path, Linear linear, Setup setup) {
    LowRank begun = setup.start().get(path);
    if (begun != null && begun.rank() > 0) {
      return new LoraModule(begun, options.dropout());
    }
    double scale = options.scale();
    LoraModule lora =
        new LoraModule(
            linear,
            options.rank(),
            scale,
            options.dropout(),
            setup.rng().stream(path),
            setup.device());
    return options.dora() ? new DoraModule(linear, lora, scale, options.dropout()) : lora;
  }

  /** B apart from all else, which is A and, with DoRA, the magnitudes. */
  private List<ParameterGroup> groups(LayerTuner<Linear, LayerAdapter> tuner, Setup setup) {
    List<Parameter> others = new ArrayList<>();
    List<Parameter> second = new ArrayList<>();
    for (LayerAdapter adapter : tuner.adapters().values()) {
      List<Parameter> own = adapter.parameters(); // A, B, …
      others.add(own.get(0));
      second.add(own.get(1));
      others.addAll(own.subList(2, own.size()));
    }
    List<ParameterGroup> all = new ArrayList<>(setup.groups(LayerTuner.GROUP, others, 1));
    all.addAll(setup.groups(LayerTuner.GROUP + "-b", second, options.plusRatio()));
    return all;
  }
}
