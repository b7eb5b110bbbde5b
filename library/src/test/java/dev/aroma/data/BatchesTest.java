package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.text.Encoding;
import dev.aroma.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int PAD = 9;

  @Test
  void everyExampleComesOnceAnEpoch() {
    EncodedSplit data = lengths(1003);
    for (Batches batches :
        List.of(Batches.training(data, 8, 1, 1, 0), Batches.evaluation(data, 8, 1))) {
      assertThat(batches.count()).isEqualTo(126);
      assertThat(order(batches)).hasSize(1003).doesNotHaveDuplicates();
      assertThat(sizes(batches)).filteredOn(size -> size != 8).containsExactly(3);
    }
  }

  @Test
  void theOrderDependsOnSeedAndEpochAlone() {
    EncodedSplit data = lengths(500);
    List<Integer> first = order(Batches.training(data, 4, 1, 7, 3));
    assertThat(order(Batches.training(lengths(500), 4, 8, 7, 3))).isEqualTo(first);
    assertThat(order(Batches.training(data, 4, 1, 7, 4))).isNotEqualTo(first);
    assertThat(order(Batches.training(data, 4, 1, 8, 3))).isNotEqualTo(first);
    assertThat(order(Batches.training(data, 4, 1, 3, 7))).isNotEqualTo(first);
  }

  /**
   * A run that is resumed by a later version must see the same batches. The order was computed
   * apart, from the published algorithms of Random and SplitMix64.
   */
  @Test
  void theOrderIsTheSameInEveryVersion() {
    Encoding one = new Encoding(new int[] {1}, new int[1], false);
    Split split = new Split("train", Collections.nCopies(12, Example.ofClass("t", null, 0)));
    EncodedSplit data = new EncodedSplit(split, Collections.nCopies(12, one), PAD, 20);
    assertThat(order(Batches.training(data, 3, 1, 42, 0)))
        .containsExactly(5, 1, 7, 6, 2, 3, 0, 11, 4, 8, 9, 10);
  }

  @Test
  void aBatchMayBeAskedForOutOfTurn() {
    EncodedSplit data = lengths(100);
    Batches batches = Batches.training(data, 8, 1, 1, 2);
    int[] late = batches.get(9).index();
    assertThat(Batches.training(data, 8, 1, 1, 2).get(9).index()).containsExactly(late);
    late[0] = -1; // what is handed out is the caller's own
    assertThat(batches.get(9).index()).doesNotContain(-1);
  }

  @Test
  void groupingByLengthSavesPaddingAndBatchesStayMixed() {
    EncodedSplit data = lengths(2000);
    Batches batches = Batches.training(data, 10, 1, 5, 0);
    double cells = 0;
    double tokens = 0;
    List<Integer> longest = new ArrayList<>();
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      cells += batch.size() * batch.length();
      tokens += batch.tokens();
      longest.add(batch.length());
    }
    assertThat(tokens / cells).isGreaterThan(0.95); // without grouping about 0.55
    assertThat(longest.subList(0, 20).stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void evaluationGoesByLengthAndIndexRestoresTheOrder() {
    EncodedSplit data = lengths(50);
    Batches batches = Batches.evaluation(data, 8, 1);
    int[] restored = new int[50];
    int last = 0;
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      assertThat(batch.length()).isGreaterThanOrEqualTo(last);
      last = batch.length();
      for (int row = 0; row < batch.size(); row++) {
        restored[batch.index()[row]] = batch.labels()[row];
      }
    }
    assertThat(restored).containsExactly(IntStream.range(0, 50).toArray());
  }

  @Test
  void rowsArePaddedOnTheRight() {
    Split split =
        new Split("dev", List.of(Example.ofClass("a", "b", 1), Example.ofTarget("c", null, 2.5)));
    EncodedSplit data =
        new EncodedSplit(
            split,
            List.of(
                new Encoding(new int[] {5, 6, 7}, new int[] {0, 0, 1}, true),
                new Encoding(new int[] {8}, new int[] {0}, false)),
            PAD,
            16);
    Batch batch = data.batch(new int[] {1, 0}, 1);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(3);
    assertThat(batch.inputIds()).containsExactly(8, PAD, PAD, 5, 6, 7);
    assertThat(batch.attentionMask()).containsExactly(1, 0, 0, 1, 1, 1);
    assertThat(batch.typeIds()).containsExactly(0, 0, 0, 0, 0, 1);
    assertThat(batch.labels()).containsExactly(-1, 1);
    assertThat(batch.targets()).containsExactly(2.5f, Float.NaN);
    assertThat(batch.tokens()).isEqualTo(4);
    assertThat(data.truncated()).isEqualTo(1);
    assertThat(data.example(1).text()).isEqualTo("c");
  }

  @Test
  void firstExamplesOfABatchAreABatchOfTheirOwn() {
    EncodedSplit data = lengths(5); // of 1 to 5 tokens
    Batch whole = data.batch(new int[] {1, 3, 4}, 1);
    Batch part = whole.first(2);
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.length()).isEqualTo(5);
    assertThat(part.padId()).isEqualTo(PAD);
    assertThat(part.index()).containsExactly(1, 3);
    assertThat(part.inputIds()).containsExactly(1, 1, PAD, PAD, PAD, 1, 1, 1, 1, PAD);
    assertThat(part.attentionMask()).containsExactly(1, 1, 0, 0, 0, 1, 1, 1, 1, 0);
    assertThat(part.typeIds()).containsOnly(0).hasSize(10);
    assertThat(part.labels()).containsExactly(1, 3);
    assertThat(part.targets()).containsExactly(Float.NaN, Float.NaN);
    assertThat(part.tokens()).isEqualTo(6);
    assertThat(part.tokenLabels()).isEmpty();
    part.inputIds()[0] = 7;
    assertThat(whole.inputIds()[0]).as("a copy").isEqualTo(1);
    assertThat(whole.first(3).inputIds()).containsExactly(whole.inputIds());
  }

  @Test
  void firstTextsThatAreWrittenKeepWhatIsLearned() {
    long none = Batch.NOT_LEARNED;
    Batch whole =
        TokenBatches.of(
            new long[] {5, 6, 7, 8, 9, 0},
            new long[] {1, 1, 1, 1, 1, 0},
            new long[] {none, 6, 7, none, 9, none},
            2);
    Batch part = whole.first(1);
    assertThat(part.tokenLabels()).containsExactly(none, 6, 7);
    assertThat(part.tokens()).isEqualTo(3);
    assertThat(part.labels()).containsExactly(-1);
  }

  @Test
  void lengthsAreRoundedUpButNotBeyondTheMaximum() {
    EncodedSplit data = lengths(40); // lengths of 1 to 20, maximum 20
    Batches batches = Batches.evaluation(data, 1, 8);
    assertThat(IntStream.range(0, 40).map(i -> batches.get(i).length()).distinct())
        .containsExactly(8, 16, 20);
  }

  @Test
  void splitsAreTokenizedSingleAndInPairs() {
    Split pairs = new Split("dev", List.of(Example.ofClass("hello", "world", 0)));
    Split single =
        new Split("train", List.of(Example.ofClass("hello world hello world hello", null, 0)));
    try (TextTokenizer tokenizer =
        TextTokenizer.ofResource("/all-minilm-l6-v2-tokenizer.json", 6)) {
      EncodedSplit data = EncodedSplit.of(pairs, tokenizer);
      assertThat(data.batch(new int[] {0}, 1).inputIds())
          .containsExactly(101, 7592, 102, 2088, 102);
      assertThat(data.batch(new int[] {0}, 1).typeIds()).containsExactly(0, 0, 0, 1, 1);
      EncodedSplit cut = EncodedSplit.of(single, tokenizer);
      assertThat(cut.truncated()).isEqualTo(1);
      assertThat(cut.lengths()).containsExactly(6);
      assertThat(cut.name()).isEqualTo("train");
      assertThat(cut.size()).isEqualTo(1);
    }
  }

  @Test
  void refusesSizesBelowOne() {
    EncodedSplit data = lengths(3);
    assertThatThrownBy(() -> Batches.training(data, 0, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Batches.evaluation(data, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Examples of 1 to 20 tokens; the label is the place in the split. */
  private static EncodedSplit lengths(int count) {
    Random random = new Random(count);
    List<Encoding> encodings = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = i < 20 ? i + 1 : 1 + random.nextInt(20);
      int[] ids = new int[length];
      Arrays.fill(ids, 1);
      encodings.add(new Encoding(ids, new int[length], false));
      examples.add(Example.ofClass("t" + i, null, i));
    }
    return new EncodedSplit(new Split("train", examples), encodings, PAD, 20);
  }

  private static List<Integer> order(Batches batches) {
    return IntStream.range(0, batches.count())
        .flatMap(i -> Arrays.stream(batches.get(i).index()))
        .boxed()
        .toList();
  }

  private static List<Integer> sizes(Batches batches) {
    return IntStream.range(0, batches.count()).map(i -> batches.get(i).size()).boxed().toList();
  }
}
