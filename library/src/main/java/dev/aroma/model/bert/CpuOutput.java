package dev.aroma.model.bert;

import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.Backward;
import dev.aroma.tensor.Backward.Normalised;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** {@link Output} on the CPU, there and back: norm(rest + drop(product(x))). */
final class CpuOutput implements AutoCloseable {
  private final CpuProduct product;
  private final LayerNorm norm;
  private final double dropout;

  CpuOutput(Output output, double dropout) {
    this.product = new CpuProduct(List.of(output.dense()));
    this.norm = output.norm();
    this.dropout = dropout;
  }

  /**
   * What the way back needs.
   *
   * @param x the product's input
   * @param kept what dropout left, 1 or 0; null without
   */
  record Result(Tensor x, Tensor narrow, Tensor kept, Normalised normalised) {
    Tensor output() {
      return normalised.output();
    }
  }

  /** Gradients of what was added: of the rest, and of the product's output. */
  record Gradients(Tensor rest, Tensor product) {}

  CpuProduct product() {
    return product;
  }

  /**
   * Projects, drops, adds, normalises.
   *
   * @param x (rows, in)
   * @param rest (rows, hidden)
   */
  Result forward(CpuRun run, Tensor x, Tensor rest) {
    double p = run.dropout(dropout);
    CpuProduct.Result y = product.forward(x);
    Tensor kept = p == 0 ? null : Ops.kept(p, rest.dtype(), rest.shape());
    Tensor sum = p == 0 ? rest.add(y.output()) : rest.addProduct(y.output(), kept, 1 / (1 - p));
    y.output().close();
    Normalised normalised =
        Backward.layerNorm(sum, norm.weight().value(), norm.bias().value(), norm.epsilon());
    return new Result(x, y.narrow(), kept, normalised);
  }

  /** Gradients from the output's. */
  Gradients backward(CpuRun run, Tensor gradient, Result s) {
    Tensor sum = Backward.layerNorm(gradient, s.normalised, norm.weight().value());
    double share = 1 - run.dropout(dropout);
    return new Gradients(sum, s.kept == null ? sum : sum.mul(s.kept, 1 / share));
  }

  @Override
  public void close() {
    product.close();
  }
}
