package dev.aroma.generate;

import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows several hypotheses of each prompt at a time; the decisions are those of {@link Beams}.
 */
final class BeamSearch {
  private final Generator generator;
  private final int beams;
  private final List<Beams> prompts = new ArrayList<>();
  private List<Beams> live;

  BeamSearch(Generator generator, Decoding how, int[] limits) {
    this.generator = generator;
    this.beams = how.beams();
    for (int limit : limits) {
      prompts.add(new Beams(how, limit, generator::ends));
    }
    this.live = prompts;
  }

  /** Reads the prompts and searches until every one has ended. */
  List<int[]> run(Inputs inputs, KeyValueCache cache) {
    long[] chosen = step(inputs, cache);
    while (!live.isEmpty()) {
      try (Scope scope = Scope.open()) {
        chosen = step(generator.next(chosen), cache);
      }
    }
    return prompts.stream().map(Beams::best).toList();
  }

  /** One token more for all; returns those of the rows that go on. */
  private long[] step(Inputs inputs, KeyValueCache cache) {
    try (Scope scope = Scope.open()) {
      Tensor logProbabilities =
          Ops.logSoftmax(generator.scores(inputs, cache)); // (rows, vocabulary)
      advance(logProbabilities.add(sums(logProbabilities)));
      List<Long> rows = new ArrayList<>();
      List<Long> ids = new ArrayList<>();
      int width = (int) logProbabilities.size(0) / live.size(); // 1 after the prompts, then beams
      List<Beams> onward = new ArrayList<>();
      for (int i = 0; i < live.size(); i++) {
        if (!live.get(i).over()) {
          onward.add(live.get(i));
          follow(live.get(i), (long) i * width, rows, ids);
        }
      }
      live = onward;
      if (!live.isEmpty()) {
        cache.select(generator.rows(array(rows)));
      }
      return array(ids);
    }
  }

  private static void follow(Beams beams, long first, List<Long> rows, List<Long> ids) {
    for (int i = 0; i < beams.running().size(); i++) {
      rows.add(first + beams.origins()[i]);
      ids.add((long) beams.running().get(i).last());
    }
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** Log-probabilities of the rows so far, (rows, 1). */
  private Tensor sums(Tensor like) {
    List<Double> sums = new ArrayList<>();
    live.forEach(beam -> beam.running().forEach(h -> sums.add(h.score())));
    float[] values = new float[sums.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = sums.get(i).floatValue();
    }
    return Tensor.of(values, values.length, 1).to(like.device());
  }

  /** Takes as many candidates as leave enough when every end of a text is among them. */
  private void advance(Tensor scores) {
    int vocabulary = (int) scores.size(1);
    Tensor byPrompt = scores.view(live.size(), -1); // (prompts, beams · vocabulary)
    int count = (int) Math.min(byPrompt.size(1), (long) Math.max(2, 1 + generator.ends()) * beams);
    Ops.Largest best = Ops.largest(byPrompt, count);
    float[] values = best.values().floats();
    long[] places = best.indices().longs();
    for (int i = 0; i < live.size(); i++) {
      List<Beams.Candidate> candidates = new ArrayList<>();
      for (int j = i * count; j < (i + 1) * count; j++) {
        candidates.add(
            new Beams.Candidate(
                (int) (places[j] / vocabulary), (int) (places[j] % vocabulary), values[j]));
      }
      live.get(i).advance(candidates);
    }
  }
}
