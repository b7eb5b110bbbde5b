package dev.aroma.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.softmax_forward;
import org.bytedeco.javacpp.Pointer;

/**
 * Operations in float32 on the CPU whose sizes and places in memory are fixed: oneDNN's primitives,
 * made once and executed one behind another.
 *
 * <p>That spares the way to them, which for a sentence takes more than half as long as the
 * arithmetic: a {@link Program} looks up each product's primitive, and makes its memory and room,
 * in every run. But each size has kernels of its own: a plan takes milliseconds to make, and
 * megabytes, and is for sizes that come again.
 *
 * <p>Only where {@link Engine#plans} says so. Not thread-safe. To be made and run within a {@link
 * Scope}; it uses as many threads as {@link Engine#threads} said when it was made.
 */
public final class Plan implements AutoCloseable {
  private record Step(dnnl_primitive primitive, int count, dnnl_exec_arg_t arguments) {}

  private final List<Pointer> owned = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private Place scores; // of the last attention, free for the next
  private memory room; // for what primitives keep in between: as much as the greediest needs

  /** New memory of any content. */
  public Place place(long rows, long width) {
    Shapes.check(rows >= 1 && width >= 1, "a place of %d × %d", rows, width);
    memory.desc shape = Dnnl.strided(new long[] {rows, width}, width, 1);
    memory all = own(new memory(shape, Dnnl.engine()));
    return new Place(all.get_data_handle().address(), rows, width);
  }

  /** Copies a contiguous tensor's elements to a place, now. */
  public void write(Tensor from, Place to) {
    check(from, to);
    Pointer.memcpy(Dnnl.pointer(to.address()), from.raw.data_ptr(), from.count() * Float.BYTES);
  }

  /**
   * Copies rows of a table to a place, now.
   *
   * @param table (any, width), contiguous
   * @param rows which of them, as many as the place has
   */
  public void write(Tensor table, long[] rows, Place to) {
    Shapes.check(
        table.dtype() == DType.F32 && table.size(1) == to.width() && rows.length == to.rows(),
        "%d rows of %s at a %s",
        rows.length,
        table,
        to);
    long bytes = to.width() * Float.BYTES;
    long from = table.address();
    long count = table.size(0);
    for (int i = 0; i < rows.length; i++) {
      Shapes.check(rows[i] >= 0 && rows[i] < count, "row %d of %s", rows[i], table);
      Pointer.memcpy(
          Dnnl.pointer(to.address() + i * bytes), Dnnl.pointer(from + rows[i] * bytes), bytes);
    }
  }

  /** A copy of what is at a place now, (rows, width). */
  public Tensor read(Place from) {
    Tensor to = Tensor.unwritten(DType.F32, Device.CPU, from.rows(), from.width());
    check(to, from);
    Pointer.memcpy(to.raw.data_ptr(), Dnnl.pointer(from.address()), to.count() * Float.BYTES);
    return to;
  }

  private static void check(Tensor tensor, Place place) {
    Shapes.check(
        place.dense()
            && tensor.dtype() == DType.F32
            && tensor.count() == place.rows() * place.width(),
        "%s at a %s",
        tensor,
        place);
  }

  /** Adds: x = layer normalisation of x over its columns. Weight and bias must live on. */
  public void layerNorm(Place x, Tensor weight, Tensor bias, double epsilon) {
    Shapes.check(
        weight.count() == x.width() && bias.count() == x.width(),
        "normalisation by %s and %s of a %s",
        weight,
        bias,
        x);
    memory at = x.matrix();
    layer_normalization_forward.primitive_desc how =
        new layer_normalization_forward.primitive_desc(
            Dnnl.engine(),
            prop_kind.forward_inference.value,
            at.get_desc(),
            at.get_desc(),
            (float) epsilon,
            normalization_flags.use_scale.value | normalization_flags.use_shift.value,
            Dnnl.attributes(),
            false);
    step(
        how,
        new layer_normalization_forward(how),
        Map.of(
            dnnl.DNNL_ARG_SRC,
            at,
            dnnl.DNNL_ARG_DST,
            at,
            dnnl.DNNL_ARG_SCALE,
            vector(weight),
            dnnl.DNNL_ARG_SHIFT,
            vector(bias)));
  }

  static memory vector(Tensor of) {
    Shapes.check(of.dtype() == DType.F32, "%s in a plan", of);
    return Dnnl.at(Dnnl.strided(new long[] {of.count()}, 1), of.address());
  }

  /** Adds: x = x + y. */
  public void add(Place x, Place y) {
    Shapes.check(x.rows() == y.rows() && x.width() == y.width(), "%s to a %s", y, x);
    memory at = x.matrix();
    memory more = y.matrix();
    binary.primitive_desc how =
        new binary.primitive_desc(
            Dnnl.engine(),
            algorithm.binary_add,
            at.get_desc(),
            more.get_desc(),
            at.get_desc(),
            Dnnl.attributes(),
            false);
    step(
        how,
        new binary(how),
        Map.of(dnnl.DNNL_ARG_SRC_0, at, dnnl.DNNL_ARG_SRC_1, more, dnnl.DNNL_ARG_DST, at));
  }

  /** Adds: x = tanh(x). */
  public void tanh(Place x) {
    memory at = x.matrix();
    eltwise_forward.primitive_desc how =
        new eltwise_forward.primitive_desc(
            Dnnl.engine(),
            prop_kind.forward_inference,
            algorithm.eltwise_tanh,
            at.get_desc(),
            at.get_desc(),
            0,
            0,
            Dnnl.attributes(),
            false);
    step(how, new eltwise_forward(how), Map.of(dnnl.DNNL_ARG_SRC, at, dnnl.DNNL_ARG_DST, at));
  }

  /**
   * Adds: out = softmax(q kᵀ / √width) v of one sequence, for each head; heads lie side by side.
   *
   * @param q (queries, heads · width)
   * @param k (tokens, heads · width); v alike
   * @param out as q
   */
  public void attention(Place q, Place k, Place v, int heads, Place out) {
    Shapes.check(
        q.width() % heads == 0
            && k.width() == q.width()
            && v.width() == q.width()
            && out.width() == q.width()
            && k.rows() == v.rows()
            && out.rows() == q.rows(),
        "attention of %s, %s and %s by %d heads at a %s",
        q,
        k,
        v,
        heads,
        out);
    Place s = scores(heads * q.rows(), k.rows());
    memory.desc shape =
        Dnnl.strided(new long[] {heads, q.rows(), k.rows()}, q.rows() * k.rows(), k.rows(), 1);
    memory seen = Dnnl.at(shape, s.address());
    double scale = 1 / Math.sqrt((double) q.width() / heads);
    product(q.heads(heads), k.headsTransposed(heads), seen, scale);
    softmax_forward.primitive_desc how =
        new softmax_forward.primitive_desc(
            Dnnl.engine(),
            prop_kind.forward_inference,
            algorithm.softmax_accurate,
            shape,
            shape,
            2,
            Dnnl.attributes(),
            false);
    step(how, new softmax_forward(how), Map.of(dnnl.DNNL_ARG_SRC, seen, dnnl.DNNL_ARG_DST, seen));
    product(seen, v.heads(heads), out.heads(heads), 1);
  }

  private Place scores(long rows, long width) {
    if (scores == null || scores.rows() * scores.width() < rows * width) {
      scores = place(rows, width);
    }
    return scores;
  }

  private void product(memory a, memory b, memory out, double scale) {
    primitive_attr attributes = Dnnl.attributes();
    if (scale != 1) {
      post_ops after = new post_ops();
      after.append_eltwise(algorithm.eltwise_linear, (float) scale, 0);
      attributes.set_post_ops(after);
    }
    matmul.primitive_desc how =
        new matmul.primitive_desc(
            Dnnl.engine(), a.get_desc(), b.get_desc(), out.get_desc(), attributes, false);
    step(
        how,
        new matmul(how),
        Map.of(dnnl.DNNL_ARG_SRC, a, dnnl.DNNL_ARG_WEIGHTS, b, dnnl.DNNL_ARG_DST, out));
  }

  /** Adds a primitive with all of its memory but its room. */
  void step(primitive_desc_base how, primitive what, Map<Integer, memory> memories) {
    Map<Integer, memory> all = new LinkedHashMap<>(memories);
    all.put(dnnl.DNNL_ARG_SCRATCHPAD, room(how.scratchpad_desc()));
    dnnl_exec_arg_t arguments = own(new dnnl_exec_arg_t(all.size()));
    long i = 0;
    for (Map.Entry<Integer, memory> one : all.entrySet()) {
      arguments.getPointer(i++).arg(one.getKey()).memory(own(one.getValue()).get());
    }
    steps.add(new Step(own(what).get(), all.size(), arguments));
  }

  private memory room(memory.desc needed) {
    if (room == null || room.get_desc().get_size() < needed.get_size()) {
      long bytes = Math.max(needed.get_size(), 1);
      room =
          own(
              new memory(
                  new memory.desc(new long[] {bytes}, memory.data_type.u8, memory.format_tag.a),
                  Dnnl.engine()));
    }
    return room;
  }

  private <P extends Pointer> P own(P pointer) {
    pointer.retainReference();
    owned.add(pointer);
    return pointer;
  }

  /** Does all of it, in the order in which it was added. */
  public void run() {
    dnnl_stream stream = Dnnl.stream().get();
    for (Step step : steps) {
      int status = dnnl.dnnl_primitive_execute(step.primitive, stream, step.count, step.arguments);
      if (status != 0) {
        throw new IllegalStateException("oneDNN's primitive failed with status " + status);
      }
    }
  }

  @Override
  public void close() {
    owned.forEach(Pointer::releaseReference);
    owned.clear();
    steps.clear();
  }
}
