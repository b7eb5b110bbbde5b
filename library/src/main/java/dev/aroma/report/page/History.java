package dev.aroma.report.page;

import dev.aroma.report.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The events of a run, sorted by kind.
 *
 * @param all in order
 * @param steps optimiser steps
 * @param evaluations of the dev set
 */
record History(List<Event> all, List<Event.Step> steps, List<Event.Eval> evaluations) {
  static History of(List<Event> events) {
    return new History(
        events, only(Event.Step.class, events).toList(), only(Event.Eval.class, events).toList());
  }

  private static <T extends Event> Stream<T> only(Class<T> kind, List<Event> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }

  /** A number of each step. */
  Curve curve(ToDoubleFunction<Event.Step> value) {
    return new Curve(
        steps.stream().mapToDouble(Event::step).toArray(),
        steps.stream().mapToDouble(value).toArray());
  }

  /** Every score over the steps, by its name; the one that decides first. */
  Map<String, Curve> scores() {
    Map<String, List<Event.Eval>> by = new LinkedHashMap<>();
    evaluations.forEach(eval -> by.computeIfAbsent(eval.metric(), none -> new ArrayList<>()));
    evaluations.forEach(
        eval ->
            eval.metrics()
                .keySet()
                .forEach(name -> by.computeIfAbsent(name, none -> new ArrayList<>()).add(eval)));
    Map<String, Curve> curves = new LinkedHashMap<>();
    by.forEach(
        (name, evals) ->
            curves.put(
                name,
                new Curve(
                    evals.stream().mapToDouble(Event::step).toArray(),
                    evals.stream().mapToDouble(eval -> eval.metrics().get(name)).toArray())));
    return curves;
  }

  /** The steps at which an outer loop ended: something was merged or frozen. */
  double[] outerSteps() {
    return all.stream()
        .filter(event -> event instanceof Event.Merge || event instanceof Event.Freeze)
        .mapToDouble(Event::step)
        .distinct()
        .toArray();
  }

  /** The last step that is known of. */
  int lastStep() {
    return all.isEmpty() ? 0 : all.get(all.size() - 1).step();
  }

  /** Whether the method has ranks. */
  boolean ranked() {
    return all.stream()
        .anyMatch(
            event ->
                event instanceof Event.Ranks
                    || event instanceof Event.Merge
                    || event instanceof Event.Freeze);
  }
}
