package dev.aroma.tensor;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.global.torch;

/**
 * A linear layer on the CPU whose weight will not change: y = f(x Wᵀ + bias), f being nothing or
 * GELU.
 *
 * <p>Where oneDNN is there, the weight is kept in the blocks that its products read, and f is
 * applied while they are in the cache. BLAS packs a weight anew in every product, which for a few
 * tokens costs as much as the product; and its threads, when others want the cores too, wait for
 * one another far longer than OpenMP's, which oneDNN uses.
 */
public final class PackedLinear implements AutoCloseable {
  private static final class OneDnn {
    static final Operator PACK = new Operator("mkldnn::_reorder_linear_weight");
    static final Operator LINEAR = new Operator("mkldnn::_linear_pointwise");
    static final Operator ADDING = new Operator("mkldnn::_linear_pointwise.binary");
  }

  private static final String FUSED = "mkldnn::_linear_pointwise"; // as LINEAR, or adding

  /** Rows that the blocks are chosen for: a few sentences. */
  private static final long ROWS = 64;

  private final Tensor weight; // (out, in), in oneDNN's layout where it is packed
  private final Tensor bias;
  private final boolean gelu;
  private final IValue[] arguments; // after x; null where nothing is packed
  private PlannedLinear planned; // null until a plan asks for it

  private PackedLinear(Tensor weight, Tensor bias, boolean gelu) {
    this.bias = bias;
    this.gelu = gelu;
    if (torch.hasMKLDNN() && packable(weight)) {
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        this.weight = OneDnn.PACK.call(weight.detach(), ROWS)[0].keep();
        this.arguments = arguments();
      }
      weight.close();
    } else {
      this.weight = weight;
      this.arguments = null;
    }
  }

  private static boolean packable(Tensor weight) {
    return weight.device() == Device.CPU
        && (weight.dtype() == DType.F32 || weight.dtype() == DType.BF16);
  }

  private IValue[] arguments() {
    IValue[] all = {
      Operator.value(weight),
      Operator.value(bias),
      Operator.value(gelu ? "gelu" : "none"),
      OneDnn.LINEAR.emptyList(4),
      gelu ? Operator.value("none") : new IValue() // not the approximation by tanh
    };
    for (IValue one : all) {
      one.retainReference();
    }
    return all;
  }

  /** Writes {@link #forward(Tensor)} into a program, which keeps the weight alive. */
  public Draft.Node in(Draft draft, Draft.Node x) {
    Draft.Node w = draft.constant(weight);
    Draft.Node b = draft.constant(bias);
    if (arguments != null) {
      return draft.call(FUSED, x, w, b, arguments[2], arguments[3], arguments[4]);
    }
    Draft.Node y = draft.call("aten::linear", x, w, b);
    return gelu ? draft.call("aten::gelu", y, "none") : y;
  }

  /**
   * Writes {@link #forward(Tensor, Tensor)} into a program.
   *
   * @param other to be added to the output, of its shape
   * @param few whether there are few rows: for a sentence, to add within the product takes longer
   *     to begin than an addition
   */
  public Draft.Node in(Draft draft, Draft.Node x, Draft.Node other, boolean few) {
    if (arguments != null && !gelu && !few) {
      return draft.call(FUSED, x, other, draft.constant(weight), draft.constant(bias), "add");
    }
    return draft.addInto(in(draft, x), other);
  }

  /** Number of outputs. */
  public long out() {
    return weight.size(0);
  }

  /**
   * Adds the layer to a plan, whose products read the weight in blocks of another size: the first
   * plan that asks has a second copy made. Float32 alone.
   *
   * @param x (rows, in)
   * @param y (rows, out), which becomes f(x Wᵀ + bias)
   */
  public void in(Plan plan, Place x, Place y) {
    check(x, y);
    planned().in(plan, x, y, gelu, false);
  }

  /** As {@link #in(Plan, Place, Place)} without an f, but y becomes y + x Wᵀ + bias. */
  public void addIn(Plan plan, Place x, Place y) {
    check(x, y);
    Shapes.check(!gelu, "no addition behind GELU");
    planned().in(plan, x, y, false, true);
  }

  private void check(Place x, Place y) {
    Shapes.check(
        weight.dtype() == DType.F32
            && x.width() == weight.size(1)
            && y.width() == weight.size(0)
            && x.rows() == y.rows()
            && x.dense()
            && y.dense(), // oneDNN has no quick kernel for others
        "packed linear: %s to %s with weight %s",
        x,
        y,
        weight);
  }

  private PlannedLinear planned() {
    if (planned == null) {
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        planned = new PlannedLinear(new Tensor(weight.raw.to_dense()), bias);
      }
    }
    return planned;
  }

  /**
   * Takes copies of a layer's values.
   *
   * @param weight (out, in)
   * @param bias (out), or null
   * @param gelu whether GELU follows, the exact one
   */
  public static PackedLinear of(Tensor weight, Tensor bias, boolean gelu) {
    Shapes.check(
        weight.dim() == 2 && (bias == null || (bias.dim() == 1 && bias.size(0) == weight.size(0))),
        "packed linear: weight %s, bias %s",
        weight,
        bias);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor own = bias == null ? null : bias.detach().copy().keep();
      return new PackedLinear(weight.detach().copy().keep(), own, gelu);
    }
  }

  /**
   * The layer's output. No gradients flow through it.
   *
   * @param x (…, in), in the weight's type
   * @return (…, out)
   */
  public Tensor forward(Tensor x) {
    check(x);
    if (arguments == null) {
      Tensor y = Ops.linear(x, weight, bias);
      return gelu ? Ops.gelu(y) : y;
    }
    return OneDnn.LINEAR
        .call(x, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])[0];
  }

  /**
   * The layer's output and something to be added, in one pass over memory. No gradients.
   *
   * @param x (…, in), in the weight's type
   * @param other (…, out), in the same
   * @return (…, out)
   */
  public Tensor forward(Tensor x, Tensor other) {
    check(x);
    if (arguments == null || gelu) {
      return forward(x).add(other);
    }
    return OneDnn.ADDING.call(x, other, arguments[0], arguments[1], "add")[0];
  }

  /**
   * firstᵀ second, for many rows and few columns of the first. What BLAS has for one column or few
   * reads the second at a third of the memory's speed; oneDNN, in bfloat16 for one column alone, at
   * all of it.
   *
   * @param first (rows, few)
   * @param second (rows, columns)
   * @return (few, columns)
   */
  public static Tensor overRows(Tensor first, Tensor second) {
    Shapes.check(
        first.dim() == 2 && second.dim() == 2 && first.size(0) == second.size(0),
        "over rows: %s and %s",
        first,
        second);
    boolean quick = first.dtype() == DType.F32 || first.size(1) == 1;
    if (!quick || !torch.hasMKLDNN() || !packable(second)) {
      return first.t().matmul(second);
    }
    Tensor few = first.t().contiguous();
    return OneDnn.LINEAR.call(few, second.t(), null, "none", OneDnn.LINEAR.emptyList(4), null)[0];
  }

  private void check(Tensor x) {
    Shapes.check(
        x.size(-1) == weight.size(1) && (bias == null || x.dtype() == bias.dtype()),
        "packed linear: %s with weight %s",
        x,
        weight);
  }

  @Override
  public void close() {
    if (arguments != null) {
      for (IValue one : arguments) {
        one.close();
      }
    }
    weight.close();
    if (planned != null) {
      planned.close();
    }
    if (bias != null) {
      bias.close();
    }
  }
}
