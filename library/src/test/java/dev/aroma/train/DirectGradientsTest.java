package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.model.DirectPasses;
import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.LoraOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Own passes against autograd, for one batch of a task. */
class DirectGradientsTest {
  @TempDir Path directory;

  /** A model whose passes want so many parts; counts those that they get. */
  private static final class Counting extends SequenceClassifier {
    private final SequenceClassifier model;
    private final int wanted;
    private int parts;
    private int made;

    Counting(SequenceClassifier model, int wanted) {
      super(model.head());
      this.model = model;
      this.wanted = wanted;
    }

    @Override
    public Optional<DirectPasses> directPasses() {
      made++;
      return model
          .directPasses()
          .map(
              passes ->
                  new DirectPasses() {
                    @Override
                    public Tensor run(Packed batch, UnaryOperator<Tensor> loss) {
                      throw new AssertionError("not in parts");
                    }

                    @Override
                    public Tensor run(List<Part> all) {
                      parts += all.size();
                      return passes.run(all);
                    }

                    @Override
                    public int parts(int tokens) {
                      return wanted;
                    }

                    @Override
                    public void close() {
                      passes.close();
                    }
                  });
    }

    @Override
    public Tensor logits(Inputs inputs) {
      return model.logits(inputs);
    }

    @Override
    public void prompt(Tensor embeddings) {
      model.prompt(embeddings);
    }

    @Override
    public void prefix(Tensor keysAndValues) {
      model.prefix(keysAndValues);
    }

    @Override
    public int maxLength() {
      return model.maxLength();
    }

    @Override
    public int vocabularySize() {
      return model.vocabularySize();
    }

    @Override
    public double initializerRange() {
      return model.initializerRange();
    }

    @Override
    public String architecture() {
      return model.architecture();
    }

    @Override
    public LayerNames layerNames() {
      return model.layerNames();
    }
  }

  private Batch batch(boolean regression) throws IOException {
    try (TextTokenizer tokenizer = TinyTask.tokenizer(directory)) {
      return Batches.evaluation(TinyTask.split("train", 12, regression, tokenizer), 12, 1).get(0);
    }
  }

  private static LoraOptions lora(double dropout) {
    return new LoraOptions(List.of("query", "output.dense"), 2, 4, dropout, false, false, 1);
  }

  /** The loss, and all gradients of the factors. */
  private static List<float[]> gradients(
      Counting model, Batch batch, boolean regression, boolean direct, double dropout) {
    Setup setup = new Setup(new Rng(5), Device.CPU, 10, model.head());
    List<float[]> all = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tuner tuner = lora(dropout).method().attach(model.model, setup)) {
      List<ParameterGroup> groups = tuner.groups();
      try (NoGrad guard = NoGrad.open()) {
        groups.forEach(
            group ->
                group
                    .parameters()
                    .forEach(p -> p.value().addIn(new Rng(8).normal(1, p.shape()), 1)));
      }
      try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups, Device.CPU);
          Gradients gradients =
              new ClassificationLoss(model, Device.CPU, regression, direct)
                  .gradients(tuner, message -> {})) {
        gradients.changed();
        all.add(gradients.add(batch, 2, 7).floats());
        all.add(gradients.add(batch, 2, 7).floats()); // as two parts of a step
        groups.forEach(
            group -> group.parameters().forEach(p -> all.add(p.value().grad().floats())));
      }
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"1, false, 1", "3, false, 3", "5, true, 5", "12, false, 12", "30, false, 12"})
  void aBatchInPartsHasTheGradientsOfTheWhole(int wanted, boolean regression, int parts)
      throws IOException {
    Counting model = new Counting(TinyModels.random("bert", regression ? 1 : 3, DType.F32), wanted);
    Batch batch = batch(regression);
    List<float[]> expected = gradients(model, batch, regression, false, 0);
    assertThat(model.parts).isZero();
    List<float[]> found = gradients(model, batch, regression, true, 0);
    assertThat(model.parts).isEqualTo(2 * parts);
    assertThat(model.made).isEqualTo(1);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected.get(i), Offset.offset(2e-5f));
    }
    model.model.unload();
  }

  @Test
  void withoutPassesAutogradDoesIt() throws IOException {
    Counting model = new Counting(TinyModels.random("bert", 3, DType.F32), 1);
    List<float[]> found = gradients(model, batch(false), false, true, 0.1);
    assertThat(model.parts).isZero();
    assertThat(found).hasSizeGreaterThan(2).allMatch(values -> values.length > 0);
    model.model.unload();
  }
}
