package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.report.Event;
import dev.aroma.report.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rank and effective rank of every module whenever one of them changed.
 *
 * <p>Effective ranks come from the events {@code ranks}; a log without them still has the ranks of
 * its merges, and the result's at the end.
 */
final class RankHistory {
  /** What a module has; {@code effective} is not a number where that is unknown. */
  record State(int rank, double effective) {}

  /** What changed at a step, by module. */
  private record Frame(int step, Map<String, State> changes) {}

  private final List<Frame> frames = new ArrayList<>();
  private final Map<String, State> now = new LinkedHashMap<>();

  private RankHistory() {}

  /**
   * Of a run.
   *
   * @param result or null where there is none
   */
  static RankHistory of(List<Event> events, Result result) {
    RankHistory history = new RankHistory();
    for (Event event : events) {
      if (event instanceof Event.Merge merge) {
        history.tell(merge.step(), merge.module(), merge.rank());
      } else if (event instanceof Event.Freeze freeze) {
        history.tell(freeze.step(), freeze.module(), freeze.rank());
      } else if (event instanceof Event.Ranks ranks) {
        history.tell(ranks.step(), ranks.ranks(), ranks.effectiveRanks());
      }
    }
    if (result != null) {
      history.tell((int) result.steps(), result.ranks(), result.effectiveRanks());
    }
    return history;
  }

  /** Its effective rank follows, unless nothing changed. */
  private void tell(int step, String module, int rank) {
    State before = now.get(module);
    boolean same = before != null && before.rank() == rank;
    tell(step, module, rank, same ? before.effective() : Double.NaN);
  }

  private void tell(int step, Map<String, Integer> ranks, Map<String, Double> effective) {
    ranks.forEach(
        (module, rank) -> tell(step, module, rank, effective.getOrDefault(module, Double.NaN)));
  }

  private void tell(int step, String module, int rank, double effective) {
    State state = new State(rank, effective);
    if (state.equals(now.put(module, state))) {
      return;
    }
    if (frames.isEmpty() || frames.get(frames.size() - 1).step() != step) {
      frames.add(new Frame(step, new LinkedHashMap<>()));
    }
    frames.get(frames.size() - 1).changes().put(module, state);
  }

  boolean isEmpty() {
    return now.isEmpty();
  }

  /** The modules, in the order of the model. */
  Set<String> modules() {
    return new LinkedHashSet<>(now.keySet());
  }

  /** How it ended, by module. */
  Map<String, State> last() {
    return now;
  }

  /** The highest rank that any module ever had, at least 1. */
  int highest() {
    return frames.stream()
        .flatMap(frame -> frame.changes().values().stream())
        .mapToInt(State::rank)
        .reduce(1, Math::max);
  }

  /**
   * For the script: at each step what changed, as number of the module, rank, effective rank.
   *
   * @param last a frame stands there too, so that the end of the run can be seen
   */
  ArrayNode json(int last) {
    List<String> modules = List.copyOf(modules());
    Map<String, Integer> numbers = new LinkedHashMap<>();
    modules.forEach(module -> numbers.put(module, numbers.size()));
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Frame frame : frames) {
      ObjectNode one = all.addObject().put("step", frame.step());
      List<Double> flat = new ArrayList<>();
      frame
          .changes()
          .forEach(
              (module, state) ->
                  flat.addAll(
                      List.of(
                          (double) numbers.get(module), (double) state.rank(), state.effective())));
      one.set("changes", Figure.numbers(flat.stream().mapToDouble(value -> value).toArray()));
    }
    if (frames.get(frames.size() - 1).step() < last) {
      all.addObject().put("step", last).putArray("changes");
    }
    return all;
  }
}
