package dev.aroma.train;

import static dev.aroma.model.llama.References.agree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.data.Batch;
import dev.aroma.data.TokenBatches;
import dev.aroma.model.CausalModel;
import dev.aroma.model.llama.References;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CausalLossTest {
  private static final String LAYER = "model.layers.0.self_attn.q_proj.weight";
  private References reference;
  private CausalModel model;
  private Scope scope;
  private Batch batch;
  private double expected;

  @BeforeEach
  void open() {
    reference = References.open("tiny-llama");
    scope = Scope.open();
    model = reference.model(DType.F32);
    Tensor ids = reference.get("input_ids");
    long[] labels = reference.get("labels").longs();
    batch =
        TokenBatches.of(
            ids.longs(), reference.get("attention_mask").longs(), labels, (int) ids.size(0));
    assertThat(batch.tokenLabels()).as("the helper keeps the labels").isEqualTo(labels);
    expected = reference.get("loss").item();
  }

  @AfterEach
  void close() {
    if (reference != null) {
      scope.close();
      reference.close();
    }
  }

  @Test
  void theLossIsThatOfTransformers() {
    assertThat(new CausalLoss(model, Device.CPU, false).loss(batch).item())
        .isCloseTo(expected, within(1e-5));
  }

  @Test
  void theEvaluationOfOneBatchIsItsLoss() {
    double[] rows = CausalScores.logProbabilities(model, batch, Device.CPU);
    double sum = 0;
    for (double row : rows) {
      sum -= row;
    }
    assertThat(rows).hasSize(batch.size());
    assertThat(sum / CausalScores.count(batch)).isCloseTo(expected, within(1e-5));
  }

  @Test
  void manyScoresAreComputedInPartsWithTheSameGradient() {
    Tensor whole = gradient(new CausalLoss(model, Device.CPU, false));
    Tensor parts = gradient(new CausalLoss(model, Device.CPU, false, 3L * model.vocabularySize()));
    agree("in parts", parts, whole, 1e-6);
  }

  @Test
  void blocksThatAreComputedAgainGiveTheSameGradient() {
    Tensor whole = gradient(new CausalLoss(model, Device.CPU, false));
    agree("again", gradient(new CausalLoss(model, Device.CPU, true)), whole, 1e-6);
    agree(
        "again, in parts",
        gradient(new CausalLoss(model, Device.CPU, true, 3L * model.vocabularySize())),
        whole,
        1e-6);
  }

  @Test
  void aTrainedOutputLayerGetsItsGradientWithTheLosssFactors() {
    List<Tensor> gradients = new ArrayList<>();
    for (long atOnce : new long[] {1 << 20, 3L * model.vocabularySize()}) {
      gradients.add(gradient(new CausalLoss(model, Device.CPU, false, atOnce), "lm_head.weight"));
    }
    agree("lm_head", gradients.get(1), gradients.get(0), 1e-6);
  }

  @Test
  void whatNobodyLearnsIsNotPredicted() {
    long[] ids = {1, 5, 6, 7, 1, 8, 0, 0};
    long[] mask = {1, 1, 1, 1, 1, 1, 0, 0};
    long no = Batch.NOT_LEARNED;
    Batch two = TokenBatches.of(ids, mask, new long[] {no, no, 6, 7, no, 8, no, no}, 2);
    Labelled labelled = Labelled.of(two);
    assertThat(labelled.cells()).containsExactly(1, 2, 4);
    assertThat(labelled.tokens()).containsExactly(6, 7, 8);
    Batch all = TokenBatches.of(ids, mask, ids, 2);
    assertThat(Labelled.of(all).tokens()).as("no first token").containsExactly(5, 6, 7, 8);
  }

  private Tensor gradient(CausalLoss loss) {
    return gradient(loss, LAYER);
  }

  /** Of a third of the loss, as with accumulated batches. */
  private Tensor gradient(CausalLoss loss, String name) {
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      entry.getValue().value().requireGrad(entry.getKey().equals(name));
    }
    Tensor weight = model.parameters().get(name).value();
    weight.dropGrad();
    Tensor value = loss.loss(batch);
    assertThat(value.item()).isCloseTo(expected, within(1e-5));
    loss.backward(value.div(3));
    Tensor gradient = weight.grad().copy();
    weight.dropGrad();
    return gradient;
  }
}
