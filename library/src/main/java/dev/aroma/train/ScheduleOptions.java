package dev.aroma.train;

import dev.aroma.input.Option;
import dev.aroma.optim.Schedule;

/**
 * The learning rate over time.
 *
 * @param name shape of the decay
 * @param warmup steps of the first warm-up
 * @param rewarm steps of the warm-up after each restart of the method
 * @param minRatio factor on the learning rate at the end
 * @param headRewarm whether the head's rate is warmed up again too
 */
public record ScheduleOptions(
    @Option(help = "Shape of the decay.", def = "cosine-restarts") Shape name,
    @Option(help = "Steps of the first warm-up.", def = "100", min = 0, steps = true) int warmup,
    @Option(
            help = "Steps of the warm-up when a method starts anew.",
            def = "50",
            min = 0,
            steps = true)
        int rewarm,
    @Option(help = "Part of the learning rate left at the end.", def = "0.1", min = 0, max = 1)
        double minRatio,
    @Option(help = "Whether the head's rate warms up again too.", def = "false")
        boolean headRewarm) {
  /** Shapes of decay. */
  public enum Shape {
    /** {@link Schedule#cosineRestarts}: the paper's. */
    COSINE_RESTARTS,
    /** {@link Schedule#cosine}. */
    COSINE,
    /** {@link Schedule#linear}. */
    LINEAR,
    /** {@link Schedule#constant}. */
    CONSTANT
  }

  /** The schedule of a run of so many steps. */
  Schedule schedule(int total) {
    return switch (name) {
      case COSINE_RESTARTS -> Schedule.cosineRestarts(total, warmup, rewarm, minRatio);
      case COSINE -> Schedule.cosine(total, warmup, rewarm, minRatio);
      case LINEAR -> Schedule.linear(total, warmup, rewarm, minRatio);
      case CONSTANT -> Schedule.constant(warmup, rewarm);
    };
  }
}
