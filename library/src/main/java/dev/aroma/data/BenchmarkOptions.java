package dev.aroma.data;

import dev.aroma.input.Option;
import java.util.List;

/**
 * How a task's benchmarks judge the delivered model.
 *
 * @param mode how an answer is found
 * @param sets names of the sets; empty for all that are there
 * @param limit most questions of a set, 0 for all
 * @param beams of the search for the answer that is written
 * @param tokens most tokens that are written
 */
public record BenchmarkOptions(
    @Option(
            help =
                "Task commonsense: how the delivered model answers: generate (it writes, and the"
                    + " first listed answer in it counts), likelihood (the most probable of the"
                    + " listed answers; several times faster) or none.",
            def = "generate")
        Mode mode,
    @Option(
            help =
                "Task commonsense: test sets (boolq, piqa, social_i_qa, hellaswag, winogrande,"
                    + " ARC-Challenge, ARC-Easy, openbookqa); those that are there if not given.")
        List<String> sets,
    @Option(
            help = "Task commonsense: most questions of a set, a fixed random sample; 0 for all.",
            def = "0",
            min = 0)
        int limit,
    @Option(help = "Beams of generate; 1 is greedy.", def = "1", min = 1, max = 64) int beams,
    @Option(help = "Most tokens that generate writes.", def = "32", min = 1, max = 4096)
        int tokens) {
  /** As by default. */
  public static final BenchmarkOptions DEFAULT =
      new BenchmarkOptions(Mode.GENERATE, List.of(), 0, 1, 32);

  /** How an answer is found. */
  public enum Mode {
    /** The model writes; the first listed answer in its text counts. */
    GENERATE,
    /** The listed answer that the model finds most probable. */
    LIKELIHOOD,
    /** No questions are asked. */
    NONE
  }

  /** Copies the list. */
  public BenchmarkOptions {
    sets = List.copyOf(sets);
  }
}
