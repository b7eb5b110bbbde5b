package dev.aroma.recipe;

import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains any method on one batch of a tiny model. */
final class MethodBench {
  private MethodBench() {}

  /** A method with the options given, and defaults for the rest. */
  static MethodOptions method(String name, String... keysAndValues) {
    Config config = Config.empty().with("method.name", name, "test");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      config = config.with("method." + keysAndValues[i], keysAndValues[i + 1], "test");
    }
    return Recipes.bind(config).method();
  }

  static Tuner attach(MethodOptions options, SequenceClassifier model, int steps) {
    return options.method().attach(model, new Setup(new Rng(1), Device.CPU, steps, model.head()));
  }

  /**
   * Trains as the trainer does.
   *
   * @param headRate factor on the head's learning rate
   * @return the loss before each step, penalty excluded
   */
  static List<Double> train(SequenceClassifier model, Tuner tuner, int steps, double headRate) {
    List<Double> losses = new ArrayList<>();
    model.train(true);
    try (AdamW adam =
        new AdamW(AdamW.Settings.DEFAULT, groups(model, tuner, headRate), Device.CPU)) {
      for (int step = 0; step < steps; step++) {
        tuner.beforeStep(step);
        losses.add(backward(model, tuner));
        adam.step(group -> 0.02 * group.rate());
        Outcome outcome = tuner.afterStep(step + 1);
        adam.zeroGradients();
        if (outcome.restart() && !outcome.finished()) {
          adam.regroup(groups(model, tuner, headRate));
          adam.reset("adapter");
        }
      }
      tuner.finish(steps);
    }
    model.train(false);
    return losses;
  }

  private static double backward(SequenceClassifier model, Tuner tuner) {
    try (Scope scope = Scope.open()) {
      Tensor loss = Ops.crossEntropy(model.logits(TinyModels.inputs()), TinyModels.labels(3));
      Tensor penalty = tuner.penalty();
      (penalty == null ? loss : loss.add(penalty)).backward();
      return loss.item();
    }
  }

  private static List<ParameterGroup> groups(
      SequenceClassifier model, Tuner tuner, double headRate) {
    List<Parameter> head =
        model.parameters().entrySet().stream()
            .filter(e -> model.inHead(e.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    List<ParameterGroup> all = new ArrayList<>();
    all.add(new ParameterGroup("head", head, headRate, 0));
    all.addAll(tuner.groups());
    return all;
  }

  static float[] logits(SequenceClassifier model) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      return model.logits(TinyModels.inputs()).floats();
    }
  }

  static Map<String, float[]> values(SequenceClassifier model) {
    Map<String, float[]> all = new LinkedHashMap<>();
    model.parameters().forEach((path, p) -> all.put(path, p.value().floats()));
    return all;
  }
}
