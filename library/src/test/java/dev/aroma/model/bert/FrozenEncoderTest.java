package dev.aroma.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.nn.Adapter;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrozenEncoderTest {
  private static final String QUERY = "bert.encoder.layer.0.attention.self.query";

  @ParameterizedTest
  @CsvSource({
    "bert, F32, false, 1e-5",
    "bert, F32, true, 1e-5",
    "roberta, F32, false, 1e-5",
    "bert, BF16, false, 0.05",
    "bert, BF16, true, 0.05",
    "roberta, F32, true, 1e-5",
    "roberta, BF16, true, 0.05"
  })
  void scoresAreTheModels(String type, DType dtype, boolean padded, float tolerance) {
    SequenceClassifier model = TinyModels.random(type, 3, dtype);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        Scorer scorer = model.scorer().orElseThrow()) {
      Inputs inputs = padded ? padded() : TinyModels.inputs();
      agree(scorer.logits(inputs), model.logits(inputs), tolerance);
    } finally {
      model.unload();
    }
  }

  private static void agree(Tensor found, Tensor expected, float tolerance) {
    assertThat(found.dtype()).isEqualTo(DType.F32);
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.floats()).containsExactly(expected.floats(), Offset.offset(tolerance));
  }

  /** Row r has r + 2 tokens, padding has id 1. */
  private static Inputs padded() {
    Inputs plain = TinyModels.inputs();
    long[] ids = plain.ids().longs();
    long[] mask = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      boolean token = i % 10 < i / 10 + 2;
      mask[i] = token ? 1 : 0;
      ids[i] = token ? ids[i] : 1;
    }
    return new Inputs(Tensor.of(ids, 8, 10), plain.types(), Tensor.of(mask, 8, 10));
  }

  /** One program serves every size, one after another, in any order. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void sizesMayChangeFromCallToCall(String type) {
    SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        Scorer scorer = model.scorer().orElseThrow()) {
      int longest = model.maxLength();
      int[][] lengths = {
        {7}, {longest}, {3, 3}, {1}, {2, longest, 1}, {5, 4, 9}, {longest, 6}, {2}, many()
      };
      for (int[] each : lengths) {
        Inputs inputs = inputs(each);
        agree(scorer.logits(inputs), model.logits(inputs), 1e-5f);
      }
    } finally {
      model.unload();
    }
  }

  /** So many tokens that the program fills them up: 315. */
  private static int[] many() {
    return IntStream.range(0, 58).map(i -> 3 + i % 6).toArray();
  }

  /** Sequences of these lengths; a mask only where they differ, as batches have it. */
  private static Inputs inputs(int... lengths) {
    int longest = Arrays.stream(lengths).max().orElseThrow();
    boolean padded = Arrays.stream(lengths).anyMatch(length -> length < longest);
    long[] ids = new long[lengths.length * longest];
    long[] types = new long[ids.length];
    long[] mask = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      boolean token = i % longest < lengths[i / longest];
      ids[i] = token ? 2 + i % 7 : 1;
      mask[i] = token ? 1 : 0;
    }
    long[] shape = {lengths.length, longest};
    return new Inputs(
        Tensor.of(ids, shape), Tensor.of(types, shape), padded ? Tensor.of(mask, shape) : null);
  }

  /** Each length is computed in memory of its own, again and again, with any number of threads. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void singleTextsOfAllLengthsComeInTurn(String type) {
    SequenceClassifier model = TinyModels.random(type, 3, DType.F32);
    int threads = Engine.threads();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        Scorer scorer = model.scorer().orElseThrow()) {
      for (int round = 0; round < 3; round++) {
        Engine.threads(1 + round % 2);
        for (int length = model.maxLength(); length > 0; length--) {
          Inputs inputs = pair(length, 2 + round);
          agree(scorer.logits(inputs), model.logits(inputs), 1e-5f);
        }
      }
    } finally {
      Engine.threads(threads);
      model.unload();
    }
  }

  /** The later half is a second text; RoBERTa's padding, 1, is among the ids and has its place. */
  private static Inputs pair(int length, int first) {
    long[] ids = IntStream.range(0, length).mapToLong(i -> i == 2 ? 1 : first + i).toArray();
    long[] types = IntStream.range(0, length).mapToLong(i -> 2 * i / length).toArray();
    return new Inputs(Tensor.of(ids, 1, length), Tensor.of(types, 1, length), null);
  }

  @ParameterizedTest
  @CsvSource({"F32, true", "BF16, false"})
  void float32HasPlansWhereTheMachineHas(DType type, boolean plans) {
    SequenceClassifier model = TinyModels.random("bert", 3, type);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        Scorer scorer = model.scorer().orElseThrow()) {
      assertThat(((FrozenEncoder) scorer).planned()).isFalse(); // a batch would not need them
      scorer.logits(pair(3, 2));
      assertThat(((FrozenEncoder) scorer).planned()).isEqualTo(plans && Engine.plans());
    } finally {
      model.unload();
    }
  }

  @ParameterizedTest
  @CsvSource({"6, 384, true", "12, 384, true", "12, 768, false"})
  void plansAreForModelsWhoseWeightsMayBeThereTwice(int layers, int width, boolean suits) {
    BertConfig config =
        new BertConfig(
            false, 10, width, layers, 12, 4 * width, "gelu", 512, 2, 1e-12, 0, 0.1, 0.1, 0.1, 0.02);
    assertThat(PlannedEncoder.suits(config)).isEqualTo(suits);
  }

  /** Nothing is read that lies behind the table. */
  @Test
  void idsOutsideTheVocabularyAreRefused() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open();
        Scorer scorer = model.scorer().orElseThrow()) {
      Inputs unknown = pair(3, TinyModels.VOCABULARY);
      assertThatThrownBy(() -> scorer.logits(unknown)).isInstanceOf(RuntimeException.class);
      agree(scorer.logits(pair(3, 4)), model.logits(pair(3, 4)), 1e-5f);
    } finally {
      model.unload();
    }
  }

  /** Whatever its weights were when it was made: it has what it needs of its own. */
  @Test
  void modelMayGoBeforeItsScorer() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    Scorer scorer = null;
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor expected = model.logits(inputs(4, 2));
      Tensor one = model.logits(inputs(5));
      scorer = model.scorer().orElseThrow();
      model.unload();
      agree(scorer.logits(inputs(4, 2)), expected, 1e-5f);
      agree(scorer.logits(inputs(5)), one, 1e-5f);
    } finally {
      scorer.close();
    }
  }

  @Test
  void whatIsMergedCounts() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor merged = new Rng(5).normal(0.5, 16, 16);
      model.modules(Linear.class).get(QUERY).adapt(new Merged(merged, null));
      try (Scorer scorer = model.scorer().orElseThrow()) {
        Inputs inputs = TinyModels.inputs();
        Tensor expected = model.logits(inputs);
        agree(scorer.logits(inputs), expected, 1e-5f);
        model.modules(Linear.class).get(QUERY).adapt(null);
        assertThat(model.logits(inputs).sub(expected).abs().sum().item()).isGreaterThan(1e-3);
      }
    } finally {
      model.unload();
    }
  }

  /** A branch costs a product of its own, and another adapter may compute anything. */
  @Test
  void adaptersThatAreNotMergedHaveNoScorer() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open()) {
      Parameter a = Parameter.of(new Rng(1).normal(1, 1, 16));
      Parameter b = Parameter.of(new Rng(2).normal(1, 16, 1));
      Linear query = model.modules(Linear.class).get(QUERY);
      query.adapt(new Merged(query.weight().value(), new RankBranch.Factors(a, b, 1, 0)));
      assertThat(model.scorer()).isEmpty();
      Adapter zero = (layer, x) -> x.mul(0);
      query.adapt(zero);
      assertThat(model.scorer()).isEmpty();
    } finally {
      model.unload();
    }
  }

  @Test
  void learnedTokensAndMixedTypesHaveNoScorer() {
    SequenceClassifier model = TinyModels.random("bert", 3, DType.F32);
    try (Scope scope = Scope.open()) {
      model.prompt(Tensor.zeros(DType.F32, Device.CPU, 2, 16));
      assertThat(model.scorer()).isEmpty();
      model.prompt(null);
      model.computeType(DType.BF16); // over float32 weights
      assertThat(model.scorer()).isEmpty();
    } finally {
      model.unload();
    }
  }

  private record Merged(Tensor weight, Factors branch) implements RankBranch {
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
      return ((Linear) layer).with(weight, x);
    }
  }
}
