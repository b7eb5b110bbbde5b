package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Trains parameters of the base model itself, as they are. */
final class BaseMethod implements Method {
  private final Predicate<String> trained;

  /**
   * Which parameters are trained.
   *
   * @param trained of full paths
   */
  BaseMethod(Predicate<String> trained) {
    this.trained = trained;
  }

  @Override
  public boolean trains(String parameter) {
    return trained.test(parameter);
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    Map<String, Parameter> parameters = new LinkedHashMap<>(model.parameters());
    parameters
        .keySet()
        .removeIf(
            path -> !trains(path) || setup.head().stream().anyMatch(h -> path.startsWith(h + ".")));
    if (parameters.isEmpty()) {
      throw new InputException(
          "method: this model has no parameters of the kind that the method trains",
          "choose another method, such as lora",
          "nothing-to-train");
    }
    return new BaseTuner(parameters, setup);
  }
}
