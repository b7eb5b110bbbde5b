package dev.aroma.model.bert;

import dev.aroma.tensor.Tensor;
import java.util.Objects;
import java.util.stream.Stream;

/** Tensors that one pass or block leaves to another: they are kept and freed together. */
interface Kept {
  /** All of them; some may be null. */
  Stream<Tensor> tensors();

  /** Lets them outlive the scope that they were made in; gives the group. */
  static <K extends Kept> K keep(K group) {
    group.tensors().filter(Objects::nonNull).forEach(Tensor::keep);
    return group;
  }

  /** Frees them. */
  default void close() {
    tensors().filter(Objects::nonNull).forEach(Tensor::close);
  }
}
