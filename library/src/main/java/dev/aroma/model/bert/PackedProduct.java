package dev.aroma.model.bert;

import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** A product by weights and factors that lie in memory of its own arrangement. */
interface PackedProduct {
  /** Branches of its layers. */
  List<Factors> branches();

  /** Elements of its weight, factors beside it included. */
  long weightCount();

  /**
   * Plans its part of the bank.
   *
   * @param weightStart where its weight begins in the memory of all weights
   */
  void plan(FactorBank bank, long weightStart);

  /** Takes its place in the memory of all weights, to which its layers' weights move. */
  void place(Tensor weights, long start);

  /** Takes its part of the sealed bank; not called where no layer of the model has a branch. */
  void take(FactorBank bank);

  /** Whether its layers still have the planned branches, and their weights here. */
  boolean unchanged();

  /** Frees what it holds. */
  void close();
}
