package dev.aroma.tensor;

import static dev.aroma.tensor.Native.sizes;

import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/**
 * The operations of transformers, as functions. Shapes are checked here: further down a wrong one
 * is a C++ trace or a crash.
 */
public final class Ops {
  private Ops() {}

  /**
   * x Wᵀ + bias.
   *
   * @param x (…, in)
   * @param weight (out, in)
   * @param bias (out), or null
   * @return (…, out)
   */
  public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    Shapes.check(
        x.size(-1) == weight.size(1), "linear: %s with weight %s", sizes(x), sizes(weight));
    return new Tensor(torch.linear(x.raw, weight.raw, Native.optional(bias)));
  }

  /** first second, for matrices, added to y with a factor: y + factor · first second. */
  public static Tensor addMatmul(Tensor y, Tensor first, Tensor second, double factor) {
    Shapes.check(
        y.dim() == 2
            && first.dim() == 2
            && second.dim() == 2
            && first.size(1) == second.size(0)
            && y.size(0) == first.size(0)
            && y.size(1) == second.size(1),
        "addMatmul: %s + %s %s",
        y,
        first,
        second);
    return new Tensor(
        torch.addmm(y.raw, first.raw, second.raw, new Scalar(1.0), new Scalar(factor)));
  }

  /**
   * Rows of a table.
   *
   * @param ids int64 (…), each in [0, rows)
   * @param table (rows, width)
   * @return (…, width)
   */
  public static Tensor embedding(Tensor ids, Tensor table) {
    Shapes.check(
        table.dim() == 2 && ids.dtype() == DType.I64, "embedding: rows %s of %s", ids, table);
    return new Tensor(torch.embedding(table.raw, ids.raw));
  }

  /**
   * Layer normalisation over the last dimension (Ba et al. 2016).
   *
   * @param x (…, width)
   * @param weight (width)
   * @param bias (width)
   */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    long width = weight.size(0);
    Shapes.check(x.size(-1) == width, "layer norm of %s with weight (%d)", sizes(x), width);
    return new Tensor(
        torch.layer_norm(
            x.raw,
            new long[] {width},
            Native.optional(weight),
            Native.optional(bias),
            epsilon,
            true));
  }

  /**
   * Root-mean-square normalisation over the last dimension (Zhang and Sennrich 2019): x /
   * √(mean(x²) + ε) · weight, computed in float32 whatever the type of x.
   *
   * @param x (…, width)
   * @param weight (width)
   */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    long width = weight.size(0);
    Shapes.check(x.size(-1) == width, "RMS norm of %s with weight (%d)", sizes(x), width);
    return new Tensor(
        torch.rms_norm(
            x.raw, new long[] {width}, Native.optional(weight), new DoubleOptional(epsilon)));
  }

  /**
   * softmax(q kᵀ / √width + mask) v (Vaswani et al. 2017).
   *
   * @param q (batch, heads, length, width); k and v alike
   * @param mask added to the scores, broadcast to (batch, heads, length, length); or null
   * @param dropout probability of dropping a score, 0 to 1
   */
  public static Tensor attention(Tensor q, Tensor k, Tensor v, Tensor mask, double dropout) {
    Shapes.check(k.size(1) == q.size(1), "attention: q %s, k %s", q, k);
    return attention(q, k, v, mask, false, dropout);
  }

  /**
   * As {@link #attention}, where position i sees positions 0 to i. Keys and values may have fewer
   * heads than queries (Ainslie et al. 2023): each serves as many neighbouring heads of q, and none
   * is copied where libtorch has a kernel for that.
   *
   * @param q (batch, heads, length, width)
   * @param k (batch, groups, length, width), groups dividing heads; v alike
   */
  public static Tensor causalAttention(Tensor q, Tensor k, Tensor v, double dropout) {
    Shapes.check(
        q.size(2) == k.size(2) && q.size(1) % k.size(1) == 0, "attention: q %s, k %s", q, k);
    return attention(q, k, v, null, true, dropout);
  }

  private static Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor mask, boolean causal, double dropout) {
    Shapes.check(
        q.dim() == 4
            && k.dim() == 4
            && v.dim() == 4
            && q.size(3) == k.size(3)
            && k.size(2) == v.size(2)
            && (mask == null || mask.dim() <= 4),
        "attention: q %s, k %s, v %s, mask %s",
        q,
        k,
        v,
        mask);
    if (q.dtype() == DType.BF16 && q.device() == Device.CPU) {
      // BLAS has no quick product of small bfloat16 matrices: eight times the time of float32 ones
      Tensor wideMask = mask == null ? null : mask.to(DType.F32);
      return attend(q.to(DType.F32), k.to(DType.F32), v.to(DType.F32), wideMask, causal, dropout)
          .to(DType.BF16);
    }
    return attend(q, k, v, mask, causal, dropout);
  }

  private static Tensor attend(
      Tensor q, Tensor k, Tensor v, Tensor mask, boolean causal, double dropout) {
    return new Tensor(
        torch.scaled_dot_product_attention(
            q.raw,
            k.raw,
            v.raw,
            Native.optional(mask),
            dropout,
            causal,
            new DoubleOptional(),
            q.size(1) != k.size(1)));
  }

  /**
   * What attention over packed sequences gives, and what its backward pass wants back.
   *
   * @param output (tokens, heads, width)
   * @param sums logarithms of the softmax's denominators
   * @param random where its dropout's random numbers began
   * @param offset the same
   */
  public record PackedAttention(Tensor output, Tensor sums, Tensor random, Tensor offset) {}

  private static final class Flash {
    static final Operator FORWARD =
        new Operator(
            "aten::_flash_attention_forward",
            "scale",
            "window_size_left",
            "window_size_right",
            "seqused_k",
            "alibi_slopes");
    static final Operator BACKWARD =
        new Operator(
            "aten::_flash_attention_backward", "scale", "window_size_left", "window_size_right");
  }

  /**
   * Attention within each of many sequences that lie one after another (Dao 2023,
   * FlashAttention-2); on a GPU only, in bfloat16 or float16.
   *
   * @param q (tokens, heads, width), also k and v
   * @param offsets int32 (sequences + 1), where each begins, and the end
   * @param longest no sequence has more tokens
   * @param dropout probability of dropping a score
   */
  public static PackedAttention packedAttention(
      Tensor q, Tensor k, Tensor v, Tensor offsets, long longest, double dropout) {
    Tensor[] all =
        Flash.FORWARD.call(q, k, v, offsets, offsets, longest, longest, dropout, false, false);
    return new PackedAttention(all[0], all[1], all[2], all[3]);
  }

  /** Gradients of q, k and v of {@link #packedAttention} from the output's. */
  public static Tensor[] packedAttentionBackward(
      Tensor gradient,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedAttention forward,
      Tensor offsets,
      long longest,
      double dropout) {
    return Flash.BACKWARD.call(
        gradient,
        q,
        k,
        v,
        forward.output(),
        forward.sums(),
        offsets,
        offsets,
        longest,
        longest,
        dropout,
        false,
        forward.random(),
        forward.offset());
  }

  /** Gaussian error linear unit, exact. */
  public static Tensor gelu(Tensor x) {
    return new Tensor(torch.gelu(x.raw, "none"));
  }

  /** Gaussian error linear unit, tanh approximation ({@code gelu_new}). */
  public static Tensor geluTanh(Tensor x) {
    return new Tensor(torch.gelu(x.raw, "tanh"));
  }

  /** max(x, 0). */
  public static Tensor relu(Tensor x) {
    return new Tensor(torch.relu(x.raw));
  }

  /** x · sigmoid(x), also called swish. */
  public static Tensor silu(Tensor x) {
    return new Tensor(torch.silu(x.raw));
  }

  /** Drops elements with a probability and scales the rest; the identity for 0. */
  public static Tensor dropout(Tensor x, double probability) {
    if (probability == 0) {
      return x;
    }
    return x.device() == Device.CPU
        ? x.mul(kept(probability, x.dtype(), x.shape())).mul(1 / (1 - probability))
        : new Tensor(torch.dropout(x.raw, probability, true));
  }

  /**
   * What dropout leaves, on the CPU: 1 for elements that are kept and 0 for those that are dropped,
   * by libtorch's generator ({@link Engine#seed}).
   *
   * @param probability of dropping an element, at least 0 and below 1
   */
  public static Tensor kept(double probability, DType dtype, long... shape) {
    return DropoutMask.kept(probability, dtype, shape);
  }

  /** Softmax over the last dimension. */
  public static Tensor softmax(Tensor x) {
    return new Tensor(torch.softmax(x.raw, -1));
  }

  /** Logarithms of the softmax over the last dimension. */
  public static Tensor logSoftmax(Tensor x) {
    return new Tensor(torch.log_softmax(x.raw, -1));
  }

  /**
   * The largest elements of each row, in descending order.
   *
   * @param values (…, count)
   * @param indices int64 (…, count), where they stood
   */
  public record Largest(Tensor values, Tensor indices) {}

  /** The {@code count} largest elements along the last dimension, which has as many or more. */
  public static Largest largest(Tensor x, long count) {
    Shapes.check(count >= 1 && count <= x.size(-1), "the %d largest of %s", count, x);
    T_TensorTensor_T found = torch.topk(x.raw, count, -1, true, true);
    return new Largest(Native.own(found.get0()), Native.own(found.get1()));
  }

  /**
   * Mean cross-entropy.
   *
   * @param logits (batch, classes)
   * @param labels int64 (batch), each in [0, classes)
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    Shapes.check(
        logits.dim() == 2 && labels.dim() == 1 && logits.size(0) == labels.size(0),
        "cross-entropy of %s with labels %s",
        logits,
        labels);
    return new Tensor(torch.cross_entropy_loss(logits.raw, labels.raw));
  }

  /** Mean squared error of two tensors of one shape. */
  public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
    return new Tensor(torch.mse_loss(prediction.raw, target.raw));
  }

  /** Running sums along a dimension. */
  public static Tensor cumulativeSum(Tensor x, int dimension) {
    return new Tensor(torch.cumsum(x.raw, dimension));
  }

  /** 1 where an element differs from the value, else 0, in the type of x. */
  public static Tensor differs(Tensor x, double value) {
    return new Tensor(x.raw.ne(new Scalar(value))).to(x.dtype());
  }

  /** 0, 1, …, count − 1 as int64. */
  public static Tensor range(long count, Device device) {
    return new Tensor(torch.arange(new Scalar(count), Native.options(DType.I64, device)));
  }

  /** Scores above the diagonal that attention must not see: a value there, 0 elsewhere. */
  public static Tensor aboveDiagonal(double value, DType dtype, Device device, long size) {
    return new Tensor(Tensor.full(value, dtype, device, size, size).raw.triu(1));
  }

  /** Tensors joined along a dimension that is there. */
  public static Tensor concat(List<Tensor> tensors, int dimension) {
    return new Tensor(torch.cat(Native.vector(tensors), dimension));
  }

  /** Tensors of one shape joined along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dimension) {
    return new Tensor(torch.stack(Native.vector(tensors), dimension));
  }

  /** Singular values of a matrix, largest first. */
  public static Tensor singularValues(Tensor matrix) {
    return new Tensor(torch.linalg_svdvals(matrix.raw));
  }

  /** Orthonormal columns that span a matrix' columns (rows ≥ columns): Q of matrix = Q R. */
  public static Tensor orthonormal(Tensor matrix) {
    T_TensorTensor_T qr = torch.linalg_qr(matrix.raw);
    return Native.own(qr.get0());
  }

  /** The upper triangular factor R of a matrix (rows ≥ columns): matrix = Q R. */
  public static Tensor triangularFactor(Tensor matrix) {
    T_TensorTensor_T qr = torch.linalg_qr(matrix.raw, "r");
    return Native.own(qr.get1());
  }
}
