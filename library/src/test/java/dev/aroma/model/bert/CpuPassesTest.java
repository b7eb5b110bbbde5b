package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.DirectPasses;
import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference is autograd over the model's own layers, on padded rows. */
class CpuPassesTest {
  private static final int ROWS = 8;
  private static final int LENGTH = 10;

  /** A branch of rank 2 beside a weight; autograd takes it from here. */
  private record Beside(Tensor weight, Factors branch) implements RankBranch {
    @Override
    public Tensor weight(Linear layer) {
      return weight;
    }

    @Override
    public void moveWeight(Linear layer, Tensor place) {
      throw new UnsupportedOperationException("nobody moves it here");
    }

    @Override
    public Tensor forward(Layer layer, Tensor x) {
      Tensor narrow = x.matmul(branch.a().as(x.dtype()).t());
      Tensor wide = narrow.matmul(branch.b().as(x.dtype()).t());
      return ((Linear) layer).with(weight, x).add(wide, branch.scale());
    }
  }

  private static List<Parameter> adapt(SequenceClassifier model, String ending) {
    List<Parameter> all = new ArrayList<>();
    model
        .modules(Linear.class)
        .forEach(
            (path, layer) -> {
              if (path.contains("encoder") && path.matches(".*(" + ending + ")")) {
                long[] shape = layer.weight().shape();
                Parameter a = trained(new Rng(1).stream(path).normal(0.3, 2, shape[1]));
                Parameter b = trained(new Rng(2).stream(path).normal(0.3, shape[0], 2));
                RankBranch.Factors factors = new RankBranch.Factors(a, b, 1.5, 0);
                layer.adapt(new Beside(layer.weight().value(), factors));
                all.addAll(List.of(a, b));
              }
            });
    model
        .parameters()
        .forEach(
            (path, parameter) -> {
              if (model.inHead(path)) {
                all.add(trained(parameter));
              }
            });
    return all;
  }

  private static Parameter trained(Tensor value) {
    return trained(Parameter.of(value));
  }

  private static Parameter trained(Parameter parameter) {
    Tensor value = parameter.value().requireGrad(true);
    value.grad(Tensor.zeros(DType.F32, Device.CPU, parameter.shape()).keep());
    return parameter;
  }

  private static int count(int row, boolean even) {
    return even ? LENGTH : row + 2;
  }

  /** Row r has r + 2 tokens. */
  private static Inputs padded(boolean even) {
    long[] ids = TinyModels.inputs().ids().longs();
    long[] mask = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      mask[i] = i % LENGTH < count(i / LENGTH, even) ? 1 : 0;
      ids[i] = mask[i] == 1 ? ids[i] : 1;
    }
    Tensor all = Tensor.of(ids, ROWS, LENGTH);
    Tensor types = Tensor.zeros(DType.I64, Device.CPU, ROWS, LENGTH);
    return new Inputs(all, types, even ? null : Tensor.of(mask, ROWS, LENGTH));
  }

  private static Packed packed(boolean even) {
    return packed(even, 0, ROWS, 0);
  }

  /** Some rows; dropout has a seed. */
  private static Packed packed(boolean even, int from, int to, long seed) {
    long[] padded = TinyModels.inputs().ids().longs();
    List<Long> ids = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    long[] offsets = new long[to - from + 1];
    for (int row = from; row < to; row++) {
      for (int t = 0; t < count(row, even); t++) {
        ids.add(padded[row * LENGTH + t]);
        positions.add((long) t);
      }
      offsets[row - from + 1] = ids.size();
    }
    int tokens = ids.size();
    return new Packed(
        Tensor.of(ids.stream().mapToLong(i -> i).toArray(), tokens),
        Tensor.zeros(DType.I64, Device.CPU, tokens),
        Tensor.of(positions.stream().mapToLong(i -> i).toArray(), tokens),
        Tensor.of(offsets, offsets.length).to(DType.I32),
        to - from,
        LENGTH,
        Tensor.of(new long[] {seed}, 1));
  }

  private static Tensor loss(Tensor logits) {
    return Ops.crossEntropy(logits, TinyModels.labels(3));
  }

  /** Loss first, then all gradients, which are cleared. */
  private static Map<String, float[]> taken(Tensor loss, List<Parameter> parameters) {
    Map<String, float[]> all = new LinkedHashMap<>();
    all.put("loss", loss.floats());
    for (int i = 0; i < parameters.size(); i++) {
      Tensor gradient = parameters.get(i).value().grad();
      all.put(i + " " + Arrays.toString(parameters.get(i).shape()), gradient.floats());
      gradient.zero();
    }
    return all;
  }

  private static Map<String, float[]> byAutograd(
      SequenceClassifier model, boolean even, List<Parameter> parameters) {
    Tensor loss = loss(model.logits(padded(even)));
    loss.backward();
    return taken(loss.detach(), parameters);
  }

  private static Map<String, float[]> byPasses(
      SequenceClassifier model, boolean even, List<Parameter> parameters) {
    try (DirectPasses passes = model.directPasses().orElseThrow()) {
      return taken(passes.run(packed(even), CpuPassesTest::loss), parameters);
    }
  }

  private static void agree(
      Map<String, float[]> found, Map<String, float[]> expected, double tolerance) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> {
          double norm = 0;
          double off = 0;
          for (int i = 0; i < values.length; i++) {
            norm += values[i] * values[i];
            off += Math.pow(values[i] - found.get(name)[i], 2);
          }
          assertThat(norm).as(name).isPositive();
          assertThat(Math.sqrt(off / norm)).as(name).isLessThan(tolerance);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "bert, F32, true, 1e-5",
    "bert, F32, false, 1e-5",
    "roberta, F32, false, 1e-5",
    "roberta, BF16, true, 0.08",
    "roberta, BF16, false, 0.08"
  })
  void gradientsAreAutograds(String type, DType dtype, boolean even, double tolerance) {
    SequenceClassifier model = TinyModels.random(type, 3, dtype);
    try (Scope scope = Scope.open()) {
      List<Parameter> parameters = adapt(model, ".*");
      assertThat(parameters).hasSize(2 * 12 + 4);
      agree(byPasses(model, even, parameters), byAutograd(model, even, parameters), tolerance);
    } finally {
      model.unload();
    }
  }

  /** What nothing below needs is left out, wherever the lowest branch is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no layer",
        "1.output.dense",
        "1.intermediate.dense",
        "1.attention.output.dense",
        "1.attention.self.query",
        "1.attention.self.value",
        "0.output.dense",
        "0.attention.self.key",
        "query|1.output.dense"
      })
  void someLayersAlone(String ending) {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open()) {
      List<Parameter> parameters = adapt(model, ending);
      agree(byPasses(model, false, parameters), byAutograd(model, false, parameters), 1e-5);
    } finally {
      model.unload();
    }
  }

  @Test
  void gradientsAddUpAndFollowTheFactors() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open();
        DirectPasses passes = passesOf(model)) {
      List<Parameter> parameters = adapted;
      passes.run(packed(false), CpuPassesTest::loss);
      passes.run(packed(false), CpuPassesTest::loss);
      Map<String, float[]> twice =
          taken(passes.run(packed(false), CpuPassesTest::loss).mul(3), parameters);
      agree(twice, times(byAutograd(model, false, parameters), 3), 1e-5);
      try (NoGrad guard = NoGrad.open()) {
        parameters.forEach(p -> p.value().mulIn(0.5)); // as an optimiser would
      }
      agree(
          taken(passes.run(packed(false), CpuPassesTest::loss), parameters),
          byAutograd(model, false, parameters),
          1e-5);
    } finally {
      model.unload();
    }
  }

  /** So many parts of the rows, each with its share of the loss. */
  private static List<DirectPasses.Part> parts(int count) {
    List<DirectPasses.Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = i * ROWS / count;
      int to = (i + 1) * ROWS / count;
      parts.add(
          new DirectPasses.Part(
              packed(false, from, to, i),
              logits ->
                  Ops.crossEntropy(logits, TinyModels.labels(3).narrow(0, from, to - from))
                      .mul((double) (to - from) / ROWS)));
    }
    return parts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void partsHaveTheGradientsOfTheWhole(int count) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    try (Scope scope = Scope.open();
        DirectPasses passes = passesOf(model)) {
      Map<String, float[]> found = taken(passes.run(parts(count)), adapted);
      agree(found, byAutograd(model, false, adapted), 1e-5);
    } finally {
      model.unload();
    }
  }

  /** Whatever thread is quicker. */
  @Test
  void partsGiveTheSameBitsEachTime() {
    SequenceClassifier model;
    try (Scope scope = Scope.open()) {
      model = dropping(0.1);
      try (DirectPasses passes = passesOf(model)) {
        Map<String, float[]> first = taken(passes.run(parts(8)), adapted);
        for (int i = 0; i < 5; i++) {
          Engine.seed(i); // has no say
          Map<String, float[]> again = taken(passes.run(parts(8)), adapted);
          first.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
        }
      }
    }
    model.unload();
  }

  @Test
  void whatGoesWrongInAPartIsThrownAndTheNextRunIsAsEver() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open();
        DirectPasses passes = passesOf(model)) {
      List<DirectPasses.Part> parts = parts(8);
      DirectPasses.Part third = parts.get(3);
      parts.set(
          3,
          new DirectPasses.Part(
              third.batch(),
              logits -> {
                throw new IllegalStateException("the third");
              }));
      assertThatThrownBy(() -> passes.run(parts)).hasMessage("the third");
      adapted.forEach(p -> p.value().grad().zero());
      Map<String, float[]> found = taken(passes.run(parts(8)), adapted);
      agree(found, byAutograd(model, false, adapted), 1e-5);
    } finally {
      model.unload();
    }
  }

  /** All cores have work, and as much of it. */
  @Test
  void aBatchIsCutForAllCoresUnlessItIsSmall() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    int before = Engine.threads();
    try (Scope scope = Scope.open();
        DirectPasses passes = passesOf(model)) {
      Engine.threads(4);
      assertThat(passes.parts(1)).isEqualTo(1);
      assertThat(passes.parts(640)).isEqualTo(2);
      assertThat(passes.parts(300)).isEqualTo(1);
      assertThat(passes.parts(2000)).isEqualTo(4);
      assertThat(passes.parts(5000)).isEqualTo(8);
    } finally {
      Engine.threads(before);
      model.unload();
    }
  }

  private List<Parameter> adapted;

  private DirectPasses passesOf(SequenceClassifier model) {
    adapted = adapt(model, ".*dense|.*value");
    return model.directPasses().orElseThrow();
  }

  private static Map<String, float[]> times(Map<String, float[]> all, float factor) {
    Map<String, float[]> scaled = new LinkedHashMap<>();
    all.forEach(
        (name, values) -> {
          float[] copy = values.clone();
          for (int i = 0; i < copy.length; i++) {
            copy[i] *= factor;
          }
          scaled.put(name, copy);
        });
    return scaled;
  }

  private static SequenceClassifier dropping(double probability) {
    JsonConfig config = TinyModels.config("bert");
    SequenceClassifier model = new BertFamily().classifier(config, 3, probability);
    SequenceClassifier plain = TinyModels.random("bert", 3, DType.F32);
    plain.parameters().forEach((path, p) -> model.parameters().get(path).value(p.value().copy()));
    plain.unload();
    model.train(true);
    return model;
  }

  /** With one seed the loss is a function of the factors; its differences tell the gradient. */
  @Test
  void withDropoutTheWayBackDropsWhatTheWayThereDropped() {
    SequenceClassifier model;
    try (Scope scope = Scope.open()) {
      model = dropping(0.2);
      try (DirectPasses passes = passesOf(model)) {
        passes.run(packed(false), CpuPassesTest::loss);
        List<Tensor> gradients =
            adapted.stream().map(p -> p.value().grad().copy()).toList(); // more will be added
        for (int i = 0; i < adapted.size(); i++) {
          Parameter parameter = adapted.get(i);
          Tensor gradient = gradients.get(i);
          Tensor direction = gradient.div(gradient.norm());
          double slope = gradient.norm().item();
          double step = 1e-2;
          double difference =
              (moved(passes, parameter, direction, step)
                      - moved(passes, parameter, direction, -step))
                  / (2 * step);
          assertThat(difference).isCloseTo(slope, Offset.offset(1e-3 + 0.03 * slope));
        }
      }
    }
    model.unload();
  }

  private static double moved(
      DirectPasses passes, Parameter parameter, Tensor direction, double step) {
    try (NoGrad guard = NoGrad.open()) {
      parameter.value().addIn(direction, step);
    }
    double loss = passes.run(packed(false), CpuPassesTest::loss).item();
    try (NoGrad guard = NoGrad.open()) {
      parameter.value().addIn(direction, -step);
    }
    return loss;
  }

  /** Over many draws the mean loss is that of the model's own dropout. */
  @Test
  void dropoutIsThatOfTheModel() {
    SequenceClassifier model;
    try (Scope scope = Scope.open()) {
      model = dropping(0.1);
      try (DirectPasses passes = passesOf(model)) {
        double[] own = new double[150];
        double[] reference = new double[own.length];
        for (int i = 0; i < own.length; i++) {
          try (Scope inner = Scope.open();
              NoGrad guard = NoGrad.open()) {
            Engine.seed(1, i);
            reference[i] = loss(model.logits(padded(false))).item();
          }
          try (Scope inner = Scope.open()) {
            own[i] = passes.run(packed(false, 0, ROWS, i), CpuPassesTest::loss).item();
          }
        }
        double mean = Arrays.stream(reference).average().orElseThrow();
        double error = Math.sqrt(variance(reference) / own.length + variance(own) / own.length);
        assertThat(Arrays.stream(own).average().orElseThrow())
            .isCloseTo(mean, Offset.offset(4 * error));
        assertThat(Math.sqrt(variance(own) / variance(reference))).isBetween(0.7, 1.4);
      }
    }
    model.unload();
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  @Test
  void whatThePassesDoNotComputeHasNone() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open()) {
      assertThat(model.directPasses()).isPresent().get().satisfies(DirectPasses::close);
      Linear query = model.modules(Linear.class).values().iterator().next();
      Parameter a = Parameter.of(new Rng(1).normal(1, 1, 16));
      Parameter b = Parameter.of(new Rng(2).normal(1, 16, 1));
      query.adapt(
          new Beside(query.weight().value(), new RankBranch.Factors(a, b, 1, 0.1))); // drops
      assertThat(model.directPasses()).isEmpty();
      query.adapt((layer, x) -> x.mul(0));
      assertThat(model.directPasses()).isEmpty();
      query.adapt(null);
      query.weight().value().requireGrad(true);
      assertThat(model.directPasses()).isEmpty();
      query.weight().value().requireGrad(false);
      model.prompt(Tensor.zeros(DType.F32, Device.CPU, 2, 16));
      assertThat(model.directPasses()).isEmpty();
    } finally {
      model.unload();
    }
  }
}
