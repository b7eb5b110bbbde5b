package dev.aroma.train;

import dev.aroma.input.Option;

/**
 * How to train.
 *
 * @param epochs passes over the training set; null leaves the end to maxSteps
 * @param maxSteps most optimiser steps; null leaves the end to epochs; the first to come ends it
 * @param batchSize examples an optimiser step sees at once
 * @param accumulate batches whose gradients make one step, across epochs
 * @param learningRate of the method's parameters
 * @param headLearningRate of the head; null means the same
 * @param weightDecay decoupled, of the head and of the matrices that the method trains
 * @param clip largest global gradient norm; 0 for none
 * @param schedule of the learning rate
 * @param evalEvery steps between evaluations; 0 evaluates at the end only
 * @param evalBatchSize examples a batch of an evaluation
 * @param padMultiple lengths are padded to a multiple of it
 * @param seed of everything random
 * @param checkpointEvery steps between checkpoints; 0 writes them at merges and the end only
 * @param keepCheckpoints how many of the last checkpoints stay
 */
public record TrainOptions(
    @Option(help = "Passes over the training set (3 if max-steps is not given either).", min = 1)
        Integer epochs,
    @Option(help = "Most optimiser steps.", min = 1) Integer maxSteps,
    @Option(help = "Examples in a batch.", def = "32", min = 1) int batchSize,
    @Option(help = "Batches whose gradients make one step.", def = "1", min = 1) int accumulate,
    @Option(help = "Learning rate of the adapter.", def = "5e-4", min = 0, exclusive = true)
        double learningRate,
    @Option(help = "Learning rate of the head; the adapter's if not given.", min = 0)
        Double headLearningRate,
    @Option(
            help = "Decoupled weight decay of the head and the method's matrices.",
            def = "0",
            min = 0)
        double weightDecay,
    @Option(help = "Largest norm of the gradient; 0 for any.", def = "1", min = 0) double clip,
    @Option(help = "The learning rate over time.") ScheduleOptions schedule,
    @Option(help = "Steps between evaluations; 0: at the end only.", def = "100", min = 0)
        int evalEvery,
    @Option(help = "Examples in a batch of an evaluation.", def = "64", min = 1) int evalBatchSize,
    @Option(help = "Batches are padded to a multiple of it.", def = "1", min = 1) int padMultiple,
    @Option(help = "Seed of everything random.", def = "0") long seed,
    @Option(
            help = "Steps between checkpoints; 0: at merges and at the end only.",
            def = "500",
            min = 0)
        int checkpointEvery,
    @Option(help = "How many of the last checkpoints stay.", def = "2", min = 1, max = 1000)
        int keepCheckpoints) {
  private static final int DEFAULT_EPOCHS = 3;

  /**
   * Most steps of the run; the last one of the last epoch may be of fewer batches.
   *
   * @param batchesPerEpoch of the training set
   */
  int totalSteps(int batchesPerEpoch) {
    long batches = totalBatches(batchesPerEpoch);
    long byEpochs = batches / accumulate + (batches % accumulate == 0 ? 0 : 1);
    return (int) Math.min(byEpochs, maxSteps == null ? Integer.MAX_VALUE : maxSteps);
  }

  /** Most batches of the run: those of all epochs, or any number. */
  long totalBatches(int batchesPerEpoch) {
    Integer passes = epochs == null && maxSteps == null ? Integer.valueOf(DEFAULT_EPOCHS) : epochs;
    return passes == null ? Long.MAX_VALUE : (long) passes * batchesPerEpoch;
  }

  /** Factor from the adapter's learning rate to the head's. */
  double headRate() {
    return headLearningRate == null ? 1 : headLearningRate / learningRate;
  }
}
