package dev.aroma.peft;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdaLoRA at work: a {@link LayerTuner} with a penalty, and a choice of components now and then.
 */
final class AdaLoraTuner implements Tuner {
  private final AdaLoraBudget budget;
  private final double orthogonality;
  private final LayerTuner<Linear, AdaLoraModule> layers;
  private final List<AdaLoraModule> modules;
  private final Allocation allocation;
  private final Parameter identity; // (r, r), never trained
  private boolean chosen;

  AdaLoraTuner(
      AdaLoraOptions options, AdaLoraBudget budget, LayerTuner<Linear, AdaLoraModule> layers) {
    this.budget = budget;
    this.orthogonality = options.orthogonality();
    this.layers = layers;
    this.modules = List.copyOf(layers.adapters().values());
    this.allocation = new Allocation(modules, options.beta1(), options.beta2());
    this.identity = identity(options.initialRank());
  }

  private Parameter identity(int rank) {
    float[] values = new float[rank * rank];
    for (int i = 0; i < rank; i++) {
      values[i * rank + i] = 1;
    }
    try (Scope scope = Scope.open()) {
      Tensor here = Tensor.of(values, rank, rank);
      return Parameter.of(here.to(modules.get(0).a().value().device()));
    }
  }

  /** γ · mean over all A and B of ‖A Aᵀ − I‖_F and ‖Bᵀ B − I‖_F. */
  @Override
  public Tensor penalty() {
    if (orthogonality == 0) {
      return null;
    }
    Map<String, List<Tensor>> alike = new LinkedHashMap<>(); // (r, n) each, by n
    for (AdaLoraModule module : modules) {
      for (Tensor wide : List.of(module.a().value(), module.b().value().t())) {
        String shape = Arrays.toString(wide.shape());
        alike.computeIfAbsent(shape, key -> new ArrayList<>()).add(wide);
      }
    }
    Tensor sum = Tensor.zeros(DType.F32, identity.value().device());
    for (List<Tensor> same : alike.values()) {
      Tensor stacked = Ops.stack(same, 0); // (count, r, n)
      Tensor products = stacked.matmul(stacked.transpose(1, 2)); // (count, r, r)
      Tensor off = products.sub(identity.value()).square();
      Tensor squares = off.reshape(same.size(), -1).sum(1, false); // (count)
      sum = sum.add(squares.sqrt().sum());
    }
    return sum.mul(orthogonality / (2 * modules.size()));
  }

  @Override
  public Outcome afterStep(int step) {
    if (step < budget.lastChoice() || step == 1) { // a choice needs something to go by
      allocation.update();
    }
    if (budget.masksAt(step)) {
      boolean[][] kept = allocation.choose(budget.at(step));
      for (int i = 0; i < kept.length; i++) {
        modules.get(i).mask(kept[i]);
      }
    } else if (chosen) {
      modules.forEach(AdaLoraModule::maskAgain);
    }
    if (step == budget.lastChoice()) {
      chosen = true;
      allocation.close();
    }
    return Outcome.NOTHING;
  }

  @Override
  public List<ParameterGroup> groups() {
    return layers.groups();
  }

  @Override
  public Map<String, Change> changes() {
    return layers.changes();
  }

  /** Components kept by the last choice; between two choices Adam moves the others too. */
  @Override
  public Map<String, Integer> ranks() {
    return layers.ranks();
  }

  /** Everything until the last choice, then the components that it kept. */
  @Override
  public long liveParameters() {
    return modules.stream()
        .mapToLong(m -> (chosen ? m.rank() : m.e().shape()[0]) * m.componentSize())
        .sum();
  }

  @Override
  public void save(State state) {
    state.put("chosen", chosen);
    allocation.save(state.part("importance"));
    layers.adapters().forEach((path, module) -> module.save(state.part(path)));
  }

  @Override
  public void restore(State state) {
    chosen = state.flag("chosen");
    allocation.restore(state.part("importance"));
    layers.adapters().forEach((path, module) -> module.restore(state.part(path)));
  }

  @Override
  public void enable(boolean on) {
    layers.enable(on);
  }

  @Override
  public void close() {
    layers.close();
    allocation.close();
    identity.unload();
  }
}
