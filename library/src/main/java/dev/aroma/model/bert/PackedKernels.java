package dev.aroma.model.bert;

import dev.aroma.model.Packed;
import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.model.bert.RowKernels.Normalised;
import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** The elementwise work of a block with branches of any rank, each kernel one pass over memory. */
final class PackedKernels {
  private PackedKernels() {}

  /**
   * drop(norm(word + position + type)) of each token.
   *
   * @param tables word, position and type embeddings
   * @param from the first position's row
   * @param columns room for so many behind the output
   * @return (tokens, width + columns)
   */
  static Tensor embed(
      Packed batch, List<Tensor> tables, int from, LayerNorm norm, Dropout dropout, int columns) {
    long rows = batch.ids().size(0);
    int width = (int) tables.get(0).size(1);
    Tensor x = RowKernels.unwritten(rows, width + columns);
    RowKernels.launch(
        "embed",
        rows,
        1,
        RowKernels.threads(width),
        batch.ids(),
        batch.positions(),
        (long) from,
        tables.get(2).size(0) == 1 ? null : batch.types(),
        tables.get(0),
        tables.get(1),
        tables.get(2),
        norm.weight().value(),
        norm.bias().value(),
        (float) norm.epsilon(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        columns,
        x,
        width);
    return x;
  }

  /**
   * norm(rest + drop(y + t b)).
   *
   * @param t (rows, columns of it), null without a branch
   * @param b (columns, width), scaled
   * @param rest (rows, width or more)
   * @param columns room for so many behind the output
   */
  static Normalised normForward(
      Tensor y,
      Tensor t,
      Tensor b,
      int rank,
      Tensor rest,
      LayerNorm norm,
      Dropout dropout,
      int columns) {
    long rows = y.size(0);
    int width = (int) y.size(1);
    Normalised out = Normalised.of(rows, width, columns);
    RowKernels.launch(
        "norm_forward",
        rows,
        1,
        RowKernels.threads(width),
        y,
        t,
        t == null ? 0 : (int) t.size(1),
        b,
        rank,
        rest,
        (int) rest.size(1),
        norm.weight().value(),
        norm.bias().value(),
        (float) norm.epsilon(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        columns,
        out.x(),
        out.normal(),
        out.deviation(),
        width);
    return out;
  }

  /**
   * Gradients of {@link #normForward}: of the rest, (rows, width), and of y with room for so many
   * columns behind it.
   *
   * @param main of x, (rows, width and columns of u), to which u a and {@code extra} are added
   * @param a (rank or more, width), null without columns
   * @param extra (rows, width), or null
   */
  static Tensor[] normBackward(
      Tensor main,
      Tensor a,
      int rank,
      Tensor extra,
      Normalised forward,
      LayerNorm norm,
      Dropout dropout,
      int columns) {
    long rows = main.size(0);
    int width = (int) forward.normal().size(1);
    Tensor rest = RowKernels.unwritten(rows, width);
    Tensor side = RowKernels.unwritten(rows, width + columns);
    RowKernels.launch(
        "norm_backward",
        rows,
        1,
        RowKernels.threads(width),
        main,
        (int) main.size(1),
        a,
        rank,
        extra,
        forward.normal(),
        norm.weight().value(),
        forward.deviation(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        columns,
        rest,
        side,
        width);
    return new Tensor[] {rest, side};
  }

  /** y ← gelu(x); gives y. */
  static Tensor gelu(Tensor x, Tensor y) {
    int width = (int) x.size(1);
    RowKernels.launch("gelu_forward", x.size(0), 1, RowKernels.threads(width), x, y, width);
    return y;
  }

  /** dy ← dy gelu′(x), y ← gelu(x); gives y. */
  static Tensor geluBackward(Tensor dy, Tensor x, Tensor y) {
    int width = (int) x.size(1);
    RowKernels.launch("gelu_backward", x.size(0), 1, RowKernels.threads(width), dy, x, y, width);
    return y;
  }
}
