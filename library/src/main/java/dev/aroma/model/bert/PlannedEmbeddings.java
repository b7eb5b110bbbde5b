package dev.aroma.model.bert;

import dev.aroma.tensor.Plan;
import dev.aroma.tensor.Tensor;

/**
 * Constant embeddings of one sequence in a plan. Rows are looked up before the plan runs, which
 * then adds and normalises them.
 *
 * @param words (vocabulary, hidden)
 * @param positions (positions, hidden)
 * @param types (types, hidden)
 */
record PlannedEmbeddings(
    BertConfig config, Tensor words, Tensor positions, Tensor types, FrozenNorm norm)
    implements AutoCloseable {
  /** Adds what makes tokens out of the rows. */
  void in(Plan plan, PlannedTokens at) {
    plan.add(at.tokens(), at.positions());
    plan.add(at.tokens(), at.types());
    norm.in(plan, at.tokens());
  }

  /** Looks up the rows of a sequence as long as the plan's. */
  void write(Plan plan, PlannedTokens at, long[] ids, long[] typeIds) {
    plan.write(words, ids, at.tokens());
    plan.write(positions, positions(ids), at.positions());
    boolean one = config.typeVocabularySize() == 1; // whatever the tokenizer says
    plan.write(types, one ? new long[ids.length] : typeIds, at.types());
  }

  /** BERT: 0, 1, …; RoBERTa: p + 1, p + 2, … over what is not padding, and p at it, p its id. */
  private long[] positions(long[] ids) {
    long[] places = new long[ids.length];
    long padding = config.paddingId();
    long tokens = 0;
    for (int i = 0; i < ids.length; i++) {
      boolean token = !config.roberta() || ids[i] != padding;
      tokens += token ? 1 : 0;
      places[i] = config.roberta() ? padding + (token ? tokens : 0) : i;
    }
    return places;
  }

  @Override
  public void close() {
    words.close();
    positions.close();
    types.close();
    norm.close();
  }
}
