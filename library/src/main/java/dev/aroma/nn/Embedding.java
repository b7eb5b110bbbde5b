package dev.aroma.nn;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/** A table of rows, looked up by number: int64 (…) to (…, width). */
public final class Embedding extends Module {
  private final Parameter weight;

  /**
   * Declares a table.
   *
   * @param rows how many ids there are
   * @param width length of a row
   */
  public Embedding(long rows, long width) {
    this.weight = parameter("weight", rows, width);
  }

  /** The table, (rows, width). */
  public Parameter weight() {
    return weight;
  }

  /** Rows of the table, in its element type. */
  public Tensor forward(Tensor ids) {
    return Ops.embedding(ids, weight.value());
  }
}
