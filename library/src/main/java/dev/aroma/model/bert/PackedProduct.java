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

  /**
   * Takes its place in the memory of all weights, and its part of the sealed bank.
   *
   * @param bank null where no layer has a branch
   */
  void take(FactorBank bank, Tensor weights, long start);

  /**
   * Reads its layers' weights again, into the same place.
   *
   * @return false if their branches are others than planned; then nothing is read
   */
  boolean refresh();

  /** Frees what it holds. */
  void close();
}
