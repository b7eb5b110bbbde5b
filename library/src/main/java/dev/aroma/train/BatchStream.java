package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.BatchSource;
import dev.aroma.data.Batches;
import dev.aroma.nn.State;

/** The training batches of a run, epoch after epoch; where it stands is one number. */
final class BatchStream {
  private final BatchSource data;
  private final TrainOptions options;
  private final long total;
  private Batches epoch;
  private int number = -1;
  private long seen;
  private long examples;

  BatchStream(BatchSource data, TrainOptions options) {
    this.data = data;
    this.options = options;
    this.total = options.totalBatches(perEpoch(data.size(), options));
  }

  /** Batches of an epoch of so many examples. */
  static int perEpoch(int examples, TrainOptions options) {
    return (examples + options.batchSize() - 1) / options.batchSize();
  }

  /** Number of batches of the next step: fewer at the end of the last epoch. */
  int forOneStep() {
    return (int) Math.min(options.accumulate(), total - seen);
  }

  /** The next batch. */
  Batch next() {
    int perEpoch = perEpoch(data.size(), options);
    int wanted = Math.toIntExact(seen / perEpoch);
    if (number != wanted) {
      number = wanted;
      epoch =
          Batches.training(
              data, options.batchSize(), options.padMultiple(), options.seed(), wanted);
    }
    Batch batch = epoch.get((int) (seen % perEpoch));
    seen++;
    examples += batch.size();
    return batch;
  }

  /** Examples given so far, repetitions counted. */
  long examples() {
    return examples;
  }

  void save(State state) {
    state.put("seen", seen);
    state.put("examples", examples);
  }

  void restore(State state) {
    seen = state.count("seen");
    examples = state.whole("examples", Long.MAX_VALUE);
  }
}
