package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.TokenBatches;
import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagedTest {
  @TempDir Path directory;
  private TextTokenizer tokenizer;
  private Batch batch;
  private Scope scope;

  @BeforeEach
  void open() throws IOException {
    tokenizer = TinyTask.tokenizer(directory);
    EncodedSplit split = TinyTask.split("train", 12, false, tokenizer);
    batch = Batches.evaluation(split, 12, 1).get(0);
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
    tokenizer.close();
  }

  @Test
  void paddedRowsAreTheBatchInAWidthThatComesOften() {
    Staged staged = Staged.padded(batch, 64, false, 5);
    Inputs inputs = staged.shape().inputs(staged.whole());
    assertThat(inputs.ids().shape()).containsExactly(12, 32);
    assertThat(inputs.mask().sum().item()).isEqualTo(batch.tokens());
    assertThat(inputs.ids().narrow(1, 0, batch.length()).longs()).containsExactly(batch.inputIds());
    assertThat(inputs.types().narrow(1, 0, batch.length()).longs())
        .containsExactly(batch.typeIds());
    assertThat(inputs.ids().narrow(1, batch.length(), 32 - batch.length()).longs())
        .containsOnly(tokenizer.padId());
    assertThat(staged.real()).isNull();
  }

  @Test
  void paddedRowsAreNotWiderThanTheModel() {
    Staged staged = Staged.padded(batch, batch.length() + 1, false, 5);
    assertThat(staged.shape().inputs(staged.whole()).ids().shape())
        .containsExactly(12, batch.length() + 1);
  }

  @Test
  void packedSequencesHaveTheirTokensAndPositionsOneAfterAnother() {
    Staged staged = Staged.packed(batch, false, 5);
    Packed packed = staged.shape().packed(staged.whole());
    long[] ids = packed.ids().longs();
    long[] positions = packed.positions().longs();
    long[] offsets = packed.offsets().longs();
    assertThat(packed.offsets().dtype()).isEqualTo(DType.I32);
    assertThat(offsets).hasSize(12 + 9);
    int at = 0;
    for (int row = 0; row < batch.size(); row++) {
      assertThat(offsets[row]).isEqualTo(at);
      for (int t = 0; t < batch.length() && mask(row, t) == 1; t++) {
        assertThat(ids[at]).isEqualTo(batch.inputIds()[row * batch.length() + t]);
        assertThat(positions[at]).isEqualTo(t);
        at++;
      }
    }
    assertThat(at).as("all tokens").isEqualTo(batch.tokens());
    assertThat(packed.seed().longs()).containsExactly(5);
    assertThat(packed.sequences()).isEqualTo(12);
  }

  private long mask(int row, int t) {
    return batch.attentionMask()[row * batch.length() + t];
  }

  @Test
  void whatFillsARoundSizeAreShortSequencesBehindTheOthers() {
    Staged staged = Staged.packed(batch, false, 5);
    Packed packed = staged.shape().packed(staged.whole());
    long[] offsets = packed.offsets().longs();
    int tokens = staged.shape().tokens();
    assertThat(tokens).isGreaterThanOrEqualTo(batch.tokens()).isLessThan(2 * batch.tokens());
    assertThat(offsets[12]).isEqualTo(batch.tokens());
    assertThat(offsets[20]).isEqualTo(tokens);
    for (int i = 12; i < 20; i++) {
      assertThat(offsets[i + 1] - offsets[i]).isBetween(0L, (long) packed.longest());
    }
    assertThat(Arrays.stream(packed.positions().longs()).max().getAsLong())
        .isLessThan(batch.length());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 64",
    "64, 64",
    "65, 128",
    "255, 256",
    "257, 320",
    "511, 512",
    "513, 640",
    "641, 768",
    "1024, 1024",
    "1025, 1280",
    "1700, 1792",
    "1793, 2048"
  })
  void tokensAreRoundedUpToQuartersBetweenPowersOfTwo(int tokens, int rounded) {
    long[] ids = new long[tokens];
    long[] mask = new long[tokens];
    Arrays.fill(mask, 1);
    Batch one = TokenBatches.of(ids, mask, ids, 1);
    Staged.Shape shape = Staged.packed(one, false, 5).shape();
    assertThat(shape.tokens()).isEqualTo(rounded);
    assertThat(shape.longest()).isGreaterThanOrEqualTo(tokens);
    assertThat(shape.longest() % 128).isZero();
  }

  @Test
  void fewShapesCome() {
    EncodedSplit many = TinyTask.split("train", 2000, false, tokenizer);
    Batches batches = Batches.training(many, 40, 1, 3, 0);
    assertThat(batches.count()).isEqualTo(50);
    assertThat(
            IntStream.range(0, batches.count())
                .mapToObj(i -> Staged.packed(batches.get(i), false, 0).shape())
                .distinct())
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void lossReadsTheLabelsWhereTheyLie() {
    for (Staged staged :
        List.of(Staged.padded(batch, 64, false, 5), Staged.packed(batch, false, 5))) {
      float[] logits = new float[3 * 12];
      for (int row = 0; row < 12; row++) {
        logits[3 * row + batch.labels()[row]] = 50; // sure, and right
      }
      Tensor loss = staged.shape().loss(Tensor.of(logits, 12, 3), staged.whole(), null);
      assertThat(loss.item()).isLessThan(1e-6);
    }
  }

  @Test
  void aRegressionHasItsTargets() {
    EncodedSplit split = TinyTask.split("train", 12, true, tokenizer);
    Batch numbers = Batches.evaluation(split, 12, 1).get(0);
    Staged staged = Staged.packed(numbers, true, 5);
    assertThat(staged.real().floats()).containsExactly(numbers.targets());
    Tensor right = Tensor.of(numbers.targets(), 12, 1);
    assertThat(staged.shape().loss(right, staged.whole(), staged.real()).item()).isZero();
    Tensor off = right.add(2);
    assertThat(staged.shape().loss(off, staged.whole(), staged.real()).item()).isEqualTo(4);
    assertThat(staged.whole().device()).isEqualTo(Device.CPU);
  }
}
