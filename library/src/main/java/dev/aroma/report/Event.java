package dev.aroma.report;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened in a run: one line of {@code metrics.jsonl}, its kind under {@code
 * event}.
 *
 * <p>{@code step} counts optimiser steps done when it happened; {@code seconds} is the time since
 * the run began; {@code outer} is the number of the outer step, from 1.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.Start.class, name = "start"),
  @JsonSubTypes.Type(value = Event.Step.class, name = "step"),
  @JsonSubTypes.Type(value = Event.Eval.class, name = "eval"),
  @JsonSubTypes.Type(value = Event.InnerConverged.class, name = "inner-converged"),
  @JsonSubTypes.Type(value = Event.Merge.class, name = "merge"),
  @JsonSubTypes.Type(value = Event.Freeze.class, name = "freeze"),
  @JsonSubTypes.Type(value = Event.Ranks.class, name = "ranks"),
  @JsonSubTypes.Type(value = Event.Checkpoint.class, name = "checkpoint"),
  @JsonSubTypes.Type(value = Event.End.class, name = "end")
})
public sealed interface Event {
  /** Optimiser steps done. */
  int step();

  /**
   * The run begins, or goes on at {@code step} from a checkpoint.
   *
   * @param time ISO 8601 with the zone
   * @param maxSteps at most so many steps
   * @param examples in the training set
   * @param modules that carry an adapter
   * @param trainable parameters trained at once, without the head
   */
  record Start(
      int step,
      String time,
      String task,
      String method,
      int maxSteps,
      int examples,
      int modules,
      long trainable)
      implements Event {}

  /**
   * An optimiser step.
   *
   * @param loss of the step's batch, the mean over examples
   * @param liveModules modules that still train
   * @param totalRank ranks of all modules added up, live components included
   * @param liveParameters adapter parameters trained in this step, without the head
   */
  record Step(
      int step,
      double seconds,
      double loss,
      double learningRate,
      double tokensPerSecond,
      int liveModules,
      int totalRank,
      long liveParameters)
      implements Event {}

  /** The whole dev set was scored: {@code metric} is the one that counts, {@code metrics} all. */
  record Eval(int step, double seconds, String metric, double score, Map<String, Double> metrics)
      implements Event {}

  /**
   * A module's component changes no more than asked.
   *
   * @param change the relative change (paper, equation 5)
   */
  record InnerConverged(int step, double seconds, int outer, String module, double change)
      implements Event {}

  /**
   * A component was merged.
   *
   * @param rank of the module after it
   * @param ratio ρ = ‖s·ba‖ / ‖W‖ of the outer check
   */
  record Merge(int step, double seconds, int outer, String module, int rank, double ratio)
      implements Event {}

  /** A module is converged for good; as {@link Merge}, with the rank that it keeps. */
  record Freeze(int step, double seconds, int outer, String module, int rank, double ratio)
      implements Event {}

  /**
   * What the adapter would be if the run ended now: at the beginning, after an outer step, and at
   * an evaluation, if it is not what the event before said. Methods without ranks have none.
   *
   * @param ranks by module path; of AROMA's modules what is merged
   * @param effectiveRanks by module path; lacks modules of high rank, which take long to measure
   */
  record Ranks(
      int step, double seconds, Map<String, Integer> ranks, Map<String, Double> effectiveRanks)
      implements Event {
    /** Copies the maps, keeping their order. */
    public Ranks {
      ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
      effectiveRanks = Collections.unmodifiableMap(new LinkedHashMap<>(effectiveRanks));
    }
  }

  /**
   * A checkpoint was written.
   *
   * @param path relative to the run's directory
   */
  record Checkpoint(int step, double seconds, String path) implements Event {}

  /** The run is over. */
  record End(int step, double seconds, Stopped stopped) implements Event {}
}
