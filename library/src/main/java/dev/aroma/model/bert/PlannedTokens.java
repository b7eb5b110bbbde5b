package dev.aroma.model.bert;

import dev.aroma.tensor.Place;
import dev.aroma.tensor.Plan;

/**
 * Where a plan has the tokens of one sequence, and what its blocks make of them, one block after
 * another in the same places.
 *
 * @param tokens (length, hidden), first their words' embeddings
 * @param positions their embeddings, (length, hidden); types alike
 * @param projected queries, keys and values, (length, 3 · hidden)
 * @param seen by attention, (length, hidden)
 * @param wide (length, intermediate)
 */
record PlannedTokens(
    Place tokens,
    Place positions,
    Place types,
    Place projected,
    Place seen,
    Place wide,
    int heads) {
  static PlannedTokens in(Plan plan, BertConfig config, long length) {
    long hidden = config.hiddenSize();
    return new PlannedTokens(
        plan.place(length, hidden),
        plan.place(length, hidden),
        plan.place(length, hidden),
        plan.place(length, 3 * hidden),
        plan.place(length, hidden),
        plan.place(length, config.intermediateSize()),
        config.heads());
  }
}
