package dev.aroma.generate;

import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Follows one continuation of each prompt: the likeliest token, or one that is drawn. */
final class SingleSearch {
  private final Generator generator;
  private final int[] limits;
  private final TokenListener listener;
  private final Sampling sampling; // null for the likeliest
  private final List<List<Integer>> written = new ArrayList<>();
  private int[] live; // prompts of the rows

  SingleSearch(Generator generator, Decoding how, int[] limits, TokenListener listener) {
    this.generator = generator;
    this.limits = limits;
    this.listener = listener;
    this.sampling = how.temperature() > 0 ? new Sampling(how, limits.length) : null;
    this.live = IntStream.range(0, limits.length).toArray();
    IntStream.range(0, limits.length).forEach(i -> written.add(new ArrayList<>()));
  }

  /** Reads the prompts and writes until every one has ended. */
  List<int[]> run(Inputs prompts, KeyValueCache cache) {
    long[] chosen = choose(prompts, cache);
    while (live.length > 0) {
      try (Scope scope = Scope.open()) {
        chosen = choose(generator.next(chosen), cache);
      }
    }
    return written.stream().map(ids -> ids.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  /** Chooses a token for each row; returns those of the rows that go on. */
  private long[] choose(Inputs inputs, KeyValueCache cache) {
    long[] chosen;
    try (Scope scope = Scope.open()) {
      Tensor scores = generator.scores(inputs, cache);
      chosen = (sampling == null ? scores.argmax() : sampling.draw(scores, live)).longs();
    }
    List<Integer> onward = new ArrayList<>();
    for (int row = 0; row < live.length; row++) {
      if (append(live[row], (int) chosen[row])) {
        onward.add(row);
      }
    }
    if (onward.size() == live.length) {
      return chosen;
    }
    long[] rows = onward.stream().mapToLong(Integer::intValue).toArray();
    if (rows.length > 0) {
      try (Scope scope = Scope.open()) {
        cache.select(generator.rows(rows));
      }
    }
    live = onward.stream().mapToInt(row -> live[row]).toArray();
    return onward.stream().mapToLong(row -> chosen[row]).toArray();
  }

  /** Whether the prompt goes on after this token. */
  private boolean append(int prompt, int id) {
    if (generator.ends(id)) {
      return false;
    }
    written.get(prompt).add(id);
    listener.chosen(prompt, id);
    return written.get(prompt).size() < limits[prompt];
  }
}
