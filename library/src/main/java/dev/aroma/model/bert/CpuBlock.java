package dev.aroma.model.bert;

import dev.aroma.tensor.Backward;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A block's forward and backward pass on the CPU, over tokens one behind another. Of the last block
 * only what the head reads is computed: the first token of each sequence, which attends to all.
 */
final class CpuBlock implements AutoCloseable {
  private final boolean last;
  private final CpuProduct query;
  private final CpuProduct keysAndValues;
  private final CpuAttention attention;
  private final CpuOutput attentionOutput;
  private final CpuProduct intermediate;
  private final CpuOutput output;

  CpuBlock(BertConfig config, Block block, boolean last) {
    this.last = last;
    this.query = new CpuProduct(block.projections().subList(0, 1));
    this.keysAndValues = new CpuProduct(block.projections().subList(1, 3));
    this.attention = new CpuAttention(config);
    this.attentionOutput = new CpuOutput(block.attentionOutput(), config.hiddenDropout());
    this.intermediate = new CpuProduct(List.of(block.intermediate()));
    this.output = new CpuOutput(block.output(), config.hiddenDropout());
  }

  /**
   * What the way back needs.
   *
   * @param x the input, (tokens, hidden)
   * @param own its rows that go on: all, or the first tokens
   */
  record Result(
      Tensor x,
      Tensor own,
      Tensor queryNarrow,
      Tensor keysAndValuesNarrow,
      CpuAttention.Result attention,
      CpuOutput.Result first,
      CpuProduct.Result wide,
      CpuOutput.Result second) {
    /** The block's output, (tokens, hidden), of the last one (sequences, hidden). */
    Tensor output() {
      return second.output();
    }
  }

  private List<CpuProduct> products() {
    return List.of(query, keysAndValues, attentionOutput.product(), intermediate, output.product());
  }

  /** Reads the factors as they are now, before so many workers begin. */
  void begin(int workers) {
    products().forEach(product -> product.begin(workers));
  }

  /** Adds the factors' gradients that the workers found. */
  void end() {
    products().forEach(CpuProduct::end);
  }

  Result forward(CpuRun run, Tensor x) {
    Tensor own = last ? x.rows(run.starts()) : x;
    CpuProduct.Result q = query.forward(own);
    CpuProduct.Result kv = keysAndValues.forward(x);
    CpuAttention.Result attended = attention.forward(run, q.output(), kv.output(), last);
    q.output().close();
    kv.output().close();
    CpuOutput.Result first = attentionOutput.forward(run, attended.output(), own);
    CpuProduct.Result wide = intermediate.forward(first.output());
    Tensor active = Ops.gelu(wide.output()); // (rows, intermediate)
    CpuOutput.Result second = output.forward(run, active, first.output());
    return new Result(x, own, q.narrow(), kv.narrow(), attended, first, wide, second);
  }

  /**
   * Adds gradients of the factors to the worker's and gives that of the input.
   *
   * @param gradient of the output
   * @param deeper whether a block below has factors too
   * @return null where nothing below needs it
   */
  Tensor backward(CpuRun run, Tensor gradient, Result s, boolean deeper) {
    boolean projecting = deeper || query.rank() + keysAndValues.rank() > 0;
    boolean attending = projecting || attentionOutput.product().rank() > 0;
    boolean widening = attending || intermediate.rank() > 0;
    CpuOutput.Gradients second = output.backward(run, gradient, s.second);
    Tensor u = output.product().gradients(run, second.product(), s.second.x(), s.second.narrow());
    if (!widening) {
      return null;
    }
    Tensor dActive = output.product().backward(second.product(), u, null);
    Tensor dWide = Backward.gelu(dActive, s.wide.output());
    dActive.close();
    Tensor v = intermediate.gradients(run, dWide, s.first.output(), s.wide.narrow());
    if (!attending) {
      return null;
    }
    Tensor dFirst = intermediate.backward(dWide, v, second.rest());
    dWide.close();
    return attentionBack(run, dFirst, s, projecting, deeper);
  }

  private Tensor attentionBack(
      CpuRun run, Tensor gradient, Result s, boolean projecting, boolean deeper) {
    CpuOutput.Gradients first = attentionOutput.backward(run, gradient, s.first);
    Tensor u =
        attentionOutput.product().gradients(run, first.product(), s.first.x(), s.first.narrow());
    if (!projecting) {
      return null;
    }
    Tensor dAttended = attentionOutput.product().backward(first.product(), u, null);
    CpuAttention.Gradients in = attention.backward(run, dAttended, s.attention, last);
    Tensor uq = query.gradients(run, in.queries(), s.own, s.queryNarrow);
    Tensor ukv = keysAndValues.gradients(run, in.keysAndValues(), s.x, s.keysAndValuesNarrow);
    if (!deeper) {
      return null;
    }
    Tensor dOwn = query.backward(in.queries(), uq, first.rest());
    return last
        ? keysAndValues.backward(in.keysAndValues(), ukv, null).addRowsIn(run.starts(), dOwn)
        : keysAndValues.backward(in.keysAndValues(), ukv, dOwn);
  }

  @Override
  public void close() {
    products().forEach(CpuProduct::close);
  }
}
