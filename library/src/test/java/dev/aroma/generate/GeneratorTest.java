package dev.aroma.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.model.CausalModel;
import dev.aroma.model.llama.References;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuations against those of transformers 5.17. */
class GeneratorTest {
  private static final int END = 2;

  private References reference;
  private CausalModel model;
  private Generator generator;

  @BeforeEach
  void load() {
    open("tiny-llama");
  }

  private void open(String name) {
    close();
    reference = References.open(name);
    model = reference.model(DType.F32);
    generator = new Generator(model, Device.CPU, Set.of(END));
  }

  @AfterEach
  void close() {
    if (reference != null) {
      reference.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void greedyIsThatOfTransformers(String name) {
    open(name);
    assertThat(lists(generator.generate(prompts(), Decoding.greedy(12))))
        .isEqualTo(expected("greedy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama3-rope"})
  void fourBeamsAreThoseOfTransformers(String name) {
    open(name);
    assertThat(lists(generator.generate(prompts(), Decoding.beams(4, 12))))
        .isEqualTo(expected("beam4"));
  }

  @Test
  void aPromptIsContinuedAloneAsAmongOthers() {
    for (Decoding how :
        List.of(Decoding.greedy(12), Decoding.beams(3, 12), Decoding.beams(4, 12))) {
      List<List<Integer>> together = lists(generator.generate(prompts(), how));
      for (int i = 0; i < together.size(); i++) {
        List<int[]> one = List.of(prompts().get(i));
        assertThat(lists(generator.generate(one, how)).get(0)).isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void tokensAreToldAsTheyAreChosen() {
    List<List<Integer>> told = new ArrayList<>();
    prompts().forEach(prompt -> told.add(new ArrayList<>()));
    List<int[]> found =
        generator.generate(
            prompts(), Decoding.greedy(12), (prompt, id) -> told.get(prompt).add(id));
    assertThat(told).isEqualTo(lists(found));
    told.forEach(List::clear);
    found =
        generator.generate(
            prompts(), Decoding.beams(2, 12), (prompt, id) -> told.get(prompt).add(id));
    assertThat(told).isEqualTo(lists(found));
  }

  @Test
  void anyOfSeveralEndsStops() {
    List<Integer> free = lists(generator.generate(prompts(), Decoding.greedy(12))).get(0);
    Generator other = new Generator(model, Device.CPU, Set.of(END, free.get(5), free.get(3)));
    List<Integer> stopped = lists(other.generate(prompts(), Decoding.greedy(12))).get(0);
    assertThat(stopped).isEqualTo(free.subList(0, stopped.size()));
    assertThat(stopped.size()).isLessThanOrEqualTo(3);
  }

  @Test
  void withoutEndsItWritesToTheLast() {
    Generator endless = new Generator(model, Device.CPU, Set.of());
    assertThat(endless.generate(prompts(), Decoding.greedy(30)))
        .allSatisfy(ids -> assertThat(ids).hasSize(30));
    assertThat(endless.generate(prompts(), Decoding.beams(3, 7)))
        .allSatisfy(ids -> assertThat(ids).hasSize(7));
  }

  @Test
  void positionsEndTheText() {
    int[] nearlyFull = new int[model.maxLength() - 3];
    Arrays.fill(nearlyFull, 5);
    Generator endless = new Generator(model, Device.CPU, Set.of());
    List<int[]> prompts = List.of(nearlyFull, new int[] {5});
    for (Decoding how : List.of(Decoding.greedy(9), Decoding.beams(2, 9))) {
      List<int[]> found = endless.generate(prompts, how);
      assertThat(found.get(0)).hasSize(3);
      assertThat(found.get(1)).hasSize(9);
    }
  }

  @Test
  void aSeedFixesWhatIsDrawnForEachPrompt() {
    Decoding how = Decoding.sampling(12, 1.5, 0, 1, 7);
    List<List<Integer>> first = lists(generator.generate(prompts(), how));
    assertThat(lists(generator.generate(prompts(), how))).isEqualTo(first);
    assertThat(lists(generator.generate(prompts().subList(0, 1), how)).get(0))
        .isEqualTo(first.get(0));
    Decoding otherSeed = Decoding.sampling(12, 1.5, 0, 1, 8);
    assertThat(lists(generator.generate(prompts(), otherSeed))).isNotEqualTo(first);
  }

  @Test
  void drawingFromOneTokenIsGreedy() {
    List<List<Integer>> greedy = expected("greedy");
    assertThat(lists(generator.generate(prompts(), Decoding.sampling(12, 1, 1, 1, 3))))
        .isEqualTo(greedy);
    assertThat(lists(generator.generate(prompts(), Decoding.sampling(12, 1, 0, 1e-9, 3))))
        .isEqualTo(greedy);
    assertThat(lists(generator.generate(prompts(), Decoding.sampling(12, 1e-4, 0, 1, 3))))
        .isEqualTo(greedy);
  }

  @Test
  void manyDrawsReachManyTokens() {
    Set<Integer> seen = new TreeSet<>();
    for (int seed = 0; seed < 20; seed++) {
      seen.add(
          generator.generate(prompts().subList(0, 1), Decoding.sampling(1, 5, 0, 1, seed)).stream()
              .mapToInt(ids -> ids.length == 0 ? END : ids[0])
              .sum());
    }
    assertThat(seen).hasSizeGreaterThan(5);
  }

  @Test
  void promptsThatCannotBeContinuedAreRefused() {
    int[] full = new int[model.maxLength()];
    assertThatThrownBy(() -> generator.generate(List.of(full), Decoding.greedy(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("prompt 1: expected fewer than the model's 256 tokens, found 256");
    assertThatThrownBy(
            () -> generator.generate(List.of(new int[] {1}, new int[0]), Decoding.greedy(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("prompt 2: expected a token or more");
    assertThatThrownBy(() -> generator.generate(List.of(new int[] {150}), Decoding.greedy(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> generator.generate(prompts(), Decoding.beams(100, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at most 75 for a vocabulary of 150, found 100");
    assertThat(generator.generate(List.of(), Decoding.greedy(1))).isEmpty();
  }

  /** Without their padding. */
  private List<int[]> prompts() {
    try (Scope scope = Scope.open()) {
      return rows("prompt_ids", 0).stream().map(row -> trimmed(row, 0)).toList();
    }
  }

  private static int[] trimmed(int[] row, int padding) {
    return Arrays.stream(row).dropWhile(id -> id == padding).toArray();
  }

  /** Up to the end of the text. */
  private List<List<Integer>> expected(String name) {
    try (Scope scope = Scope.open()) {
      List<int[]> written =
          rows(name, 10).stream()
              .map(row -> Arrays.stream(row).takeWhile(id -> id != END).toArray())
              .toList();
      return lists(written);
    }
  }

  private List<int[]> rows(String name, int from) {
    long[] all = reference.get(name).longs();
    int width = all.length / 4;
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      rows.add(
          Arrays.stream(all, row * width + from, (row + 1) * width)
              .mapToInt(Math::toIntExact)
              .toArray());
    }
    return rows;
  }

  private static List<List<Integer>> lists(List<int[]> arrays) {
    return arrays.stream().map(ids -> Arrays.stream(ids).boxed().toList()).toList();
  }
}
