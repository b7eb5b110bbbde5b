package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.nn.Module;
import dev.aroma.nn.ParameterGroup;
import java.util.List;
import java.util.Map;

/** The frozen encoder with a trained head: what every other method must beat. */
public final class Head implements Method {
  @Override
  public Tuner attach(Module model, Setup setup) {
    if (setup.head().isEmpty()) {
      throw new InputException(
          "method: this model has no head to train, as models that write text have none",
          "choose another method, such as lora",
          "nothing-to-train");
    }
    return new Tuner() {
      @Override
      public List<ParameterGroup> groups() {
        return List.of();
      }

      @Override
      public Map<String, Change> changes() {
        return Map.of();
      }

      @Override
      public void enable(boolean on) {
        // there is nothing to switch
      }

      @Override
      public void close() {
        // it holds nothing
      }
    };
  }
}
