package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.SharedFiles;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.TensorSource;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Weights;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** What tests against reference traces share: the tiny RoBERTa, its batches and its head. */
final class ReferenceRun {
  static final List<String> SIX =
      List.of(
          "query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense");

  private ReferenceRun() {}

  static SequenceClassifier tinyRoberta() {
    HfDirectory hf = HfDirectory.open(SharedFiles.require("reference/models/tiny-roberta"));
    SequenceClassifier model = new BertFamily().classifier(hf.config(), 2, null);
    try (TensorSource weights = hf.weights()) {
      Weights.load(model, weights, Device.CPU, path -> DType.F32, new Rng(0));
    }
    return model;
  }

  /** The head and what a method trains, at one weight decay. */
  static List<ParameterGroup> groups(SequenceClassifier model, Tuner tuner, double weightDecay) {
    List<Parameter> head =
        model.parameters().entrySet().stream()
            .filter(e -> model.inHead(e.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    List<ParameterGroup> all = new ArrayList<>();
    all.add(new ParameterGroup("head", head, 1, weightDecay));
    tuner
        .groups()
        .forEach(g -> all.add(new ParameterGroup(g.name(), g.parameters(), 1, weightDecay)));
    return all;
  }

  /** Gradients of one batch; its loss with the method's penalty. */
  static double backward(
      SequenceClassifier model, Tuner tuner, SafetensorsFile batches, int batch) {
    try (Scope scope = Scope.open()) {
      Tensor ids = Weights.tensor(batches.get("input_ids")).select(0, batch);
      Tensor labels = Weights.tensor(batches.get("labels")).select(0, batch);
      Tensor mask = Tensor.full(1, DType.I64, Device.CPU, ids.shape());
      Tensor loss = Ops.crossEntropy(logits(model, ids, mask), labels);
      Tensor penalty = tuner.penalty();
      Tensor whole = penalty == null ? loss : loss.add(penalty);
      whole.backward();
      return whole.item();
    }
  }

  static Tensor logits(SequenceClassifier model, Tensor ids, Tensor mask) {
    Tensor types = Tensor.zeros(DType.I64, Device.CPU, ids.shape());
    return model.logits(new Inputs(ids, types, mask));
  }

  /** Sets a method's only group and the head from a file. */
  static void start(
      SequenceClassifier model,
      Tuner tuner,
      SafetensorsFile initial,
      IntFunction<String> parameterKey,
      String headPrefix) {
    List<Parameter> parameters = tuner.groups().get(0).parameters();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (int i = 0; i < parameters.size(); i++) {
        parameters.get(i).value().set(Weights.tensor(initial.get(parameterKey.apply(i))));
      }
      model
          .parameters()
          .forEach(
              (path, parameter) -> {
                if (model.inHead(path)) {
                  String key = headPrefix + path.substring("classifier".length());
                  parameter.value().set(Weights.tensor(initial.get(key)));
                }
              });
    }
  }

  /** Compares by the norm of the difference, relative where the expected norm is above 1. */
  static void close(String what, Tensor found, Tensor expected, double tolerance) {
    assertThat(found.shape()).as(what).isEqualTo(expected.shape());
    try (NoGrad guard = NoGrad.open()) {
      assertThat(found.sub(expected).norm().item())
          .as(what)
          .isLessThan(tolerance * Math.max(1, expected.norm().item()));
    }
  }
}
