package dev.aroma.peft;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters of the base model being trained. What they were at first stays on the CPU. */
final class BaseTuner implements Tuner {
  private final Map<String, Parameter> parameters;
  private final Map<Parameter, Tensor> others = new LinkedHashMap<>(); // the values not in use
  private final Setup setup;
  private boolean enabled = true;

  BaseTuner(Map<String, Parameter> parameters, Setup setup) {
    this.parameters = parameters;
    this.setup = setup;
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      parameters.values().forEach(parameter -> others.put(parameter, copy(parameter)));
    }
  }

  private static Tensor copy(Parameter parameter) {
    return parameter.value().detach().to(Device.CPU).to(DType.F32).copy().keep();
  }

  @Override
  public List<ParameterGroup> groups() {
    return setup.groups(LayerTuner.GROUP, List.copyOf(parameters.values()), 1);
  }

  @Override
  public Map<String, Parameter> parameters() {
    return parameters;
  }

  @Override
  public Map<String, Change> changes() {
    return Map.of();
  }

  @Override
  public void enable(boolean on) {
    if (on == enabled) {
      return;
    }
    enabled = on;
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (Parameter parameter : parameters.values()) {
        Tensor now = copy(parameter);
        try (Tensor other = others.put(parameter, now)) {
          parameter.value().set(other);
        }
      }
    }
  }

  @Override
  public void close() {
    others.values().forEach(Tensor::close);
    others.clear();
  }
}
