package dev.aroma.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The hypotheses of one prompt in a beam search: numbers in, decisions out. Follows transformers
 * 5's {@code _beam_search}, whose choices it makes in the same order.
 */
final class Beams {
  /** A continuation; the score is the sum of its tokens' log-probabilities. */
  record Hypothesis(List<Integer> ids, double score) {
    Hypothesis and(int id, double newScore) {
      List<Integer> longer = new ArrayList<>(ids);
      longer.add(id);
      return new Hypothesis(longer, newScore);
    }

    int last() {
      return ids.get(ids.size() - 1);
    }
  }

  /**
   * A token that may come next.
   *
   * @param beam of the running hypotheses that it continues
   * @param score of the hypothesis with it
   */
  record Candidate(int beam, int id, double score) {}

  private final int count;
  private final int limit;
  private final double lengthPenalty;
  private final boolean earlyStopping;
  private final IntPredicate ends;
  private final List<Hypothesis> ended = new ArrayList<>(); // with penalised scores, best first
  private List<Hypothesis> running = List.of(new Hypothesis(List.of(), 0));
  private int[] origins = {0};
  private boolean over;

  Beams(Decoding how, int limit, IntPredicate ends) {
    this.count = how.beams();
    this.limit = limit;
    this.lengthPenalty = how.lengthPenalty();
    this.earlyStopping = how.earlyStopping();
    this.ends = ends;
  }

  /** Takes the best candidates of a step, the best first, more than there are beams. */
  void advance(List<Candidate> candidates) {
    List<Hypothesis> next = new ArrayList<>();
    List<Integer> from = new ArrayList<>();
    int length = running.get(0).ids().size() + 1;
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      Hypothesis longer = running.get(candidate.beam()).and(candidate.id(), candidate.score());
      boolean end = ends.test(candidate.id());
      if (end || length == limit) {
        if (i < count) { // what is worse than the running ones does not count as ended
          end(longer, length);
        }
      } else if (next.size() < count) {
        next.add(longer);
        from.add(candidate.beam());
      }
    }
    ended.sort(Comparator.comparingDouble((Hypothesis h) -> -h.score()));
    ended.subList(Math.min(count, ended.size()), ended.size()).clear();
    over = next.isEmpty() || (full() && (earlyStopping || !improvable(next.get(0), length)));
    running = next;
    origins = from.stream().mapToInt(Integer::intValue).toArray();
  }

  private void end(Hypothesis hypothesis, int length) {
    if (!(full() && earlyStopping)) {
      ended.add(new Hypothesis(hypothesis.ids(), hypothesis.score() / penalty(length)));
    }
  }

  private boolean full() {
    return ended.size() >= count;
  }

  /** Whether the best that runs, were it to end now, would be among the ended. */
  private boolean improvable(Hypothesis best, int length) {
    return best.score() / penalty(length) > ended.get(ended.size() - 1).score();
  }

  private double penalty(int length) {
    return Math.pow(length, lengthPenalty);
  }

  boolean over() {
    return over;
  }

  /** The hypotheses that go on, best first. */
  List<Hypothesis> running() {
    return running;
  }

  /** For each running hypothesis, which one of the step before it continues. */
  int[] origins() {
    return origins.clone();
  }

  /** The best, without the token that ended it. */
  int[] best() {
    Hypothesis best = ended.get(0);
    int length = best.ids().size() - (ends.test(best.last()) ? 1 : 0);
    return best.ids().subList(0, length).stream().mapToInt(Integer::intValue).toArray();
  }
}
