package dev.aroma.train;

import dev.aroma.nn.State;
import dev.aroma.peft.Tuner;

/**
 * All that the next step depends on besides the options; its parts write themselves into a
 * checkpoint and read themselves back. The order of batches and what is random depend on seed and
 * step alone.
 */
record RunState(Counters counters, BatchStream batches, Rates rates, Tuner tuner, Updates updates) {
  /** Name of the counters' part of a checkpoint. */
  static final String COUNTERS = "counters";

  private static final String BATCHES = "batches";
  private static final String RATES = "rates";
  private static final String METHOD = "method";
  private static final String ADAM = "adam";

  /** All parts; tensors are handles, freed with the present scope. */
  State save() {
    State state = new State();
    counters.save(state.part(COUNTERS));
    batches.save(state.part(BATCHES));
    rates.save(state.part(RATES));
    tuner.save(state.part(METHOD));
    updates.save(state.part(ADAM));
    return state;
  }

  /** Reads all parts back, the optimiser's last: the method decides what it updates. */
  void restore(State state) {
    counters.restore(state.part(COUNTERS));
    batches.restore(state.part(BATCHES));
    rates.restore(state.part(RATES));
    tuner.restore(state.part(METHOD));
    updates.begin();
    updates.restore(state.part(ADAM));
  }
}
