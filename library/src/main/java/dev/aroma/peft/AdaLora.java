package dev.aroma.peft;

import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Targets;
import java.util.List;
import java.util.Map;

/**
 * AdaLoRA: y += s · drop(x) (A ∘ E)ᵀ Bᵀ, whose least important components are masked until the mean
 * rank is the target's (Zhang et al. 2023, arXiv 2303.10512), with the numbers of PEFT 0.21.
 */
public final class AdaLora implements Method {
  private final AdaLoraOptions options;

  /** Configures it. */
  public AdaLora(AdaLoraOptions options) {
    this.options = options;
  }

  @Override
  public List<String> examine(int steps) {
    AdaLoraBudget budget = options.budget(1, steps);
    int between = budget.lastChoice() - budget.initialSteps();
    return options.interval() < between || budget.initial() == budget.target()
        ? List.of()
        : List.of(
            "method.interval (%d) is no less than the %d steps in which the ranks shrink: all is masked at once, after step %d"
                .formatted(options.interval(), between, budget.lastChoice()));
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    Map<String, Linear> targets =
        Targets.find(
            model,
            LayerNames.or(options.targetModules(), model, LayerNames::adapted),
            setup.head());
    AdaLoraBudget budget = options.budget(targets.size(), setup.totalSteps());
    LayerTuner<Linear, AdaLoraModule> layers =
        new LayerTuner<>(
            targets,
            (path, linear) ->
                new AdaLoraModule(linear, options, setup.rng().stream(path), setup.device()),
            setup);
    return new AdaLoraTuner(options, budget, layers);
  }
}
