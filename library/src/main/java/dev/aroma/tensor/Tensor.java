package dev.aroma.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * A thin handle on a libtorch tensor: shape, element type, device, and the operations that we use.
 *
 * <p>A tensor is freed with the {@link Scope} it was created in, unless {@link #keep} was called;
 * then {@link #close} frees it. Views share memory with their origin, which lives as long as one of
 * them does. Not thread-safe.
 */
public final class Tensor implements AutoCloseable {
  static {
    Engine.load();
  }

  final org.bytedeco.pytorch.Tensor raw;

  Tensor(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  // --- making ------------------------------------------------------------------------------------

  /** Uninitialised memory is never handed out: zeros of a type and shape. */
  public static Tensor zeros(DType dtype, Device device, long... shape) {
    Shapes.count(shape);
    return new Tensor(
        org.bytedeco.pytorch.global.torch.zeros(shape, Native.options(dtype, device)));
  }

  /** Memory of any content, for what is written in full before it is read. */
  public static Tensor unwritten(DType dtype, Device device, long... shape) {
    Shapes.count(shape);
    return new Tensor(
        org.bytedeco.pytorch.global.torch.empty(
            shape, Native.options(dtype, device), Native.anyFormat()));
  }

  /** One value everywhere. */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return zeros(dtype, device, shape).fill(value);
  }

  /**
   * Values from N(0, deviation²) by libtorch's generator ({@link Engine#seed}), made on the device:
   * fast, and other numbers on each kind of device. {@link Rng} is for what must be the same.
   */
  public static Tensor normal(double deviation, DType dtype, Device device, long... shape) {
    Tensor tensor = zeros(dtype, device, shape);
    tensor.raw.normal_(0, deviation, new GeneratorOptional());
    return tensor;
  }

  /** A float32 copy of an array on the CPU, row-major. */
  public static Tensor of(float[] values, long... shape) {
    Tensor tensor = unwritten(DType.F32, values.length, shape);
    tensor.memory().asFloatBuffer().put(values);
    return tensor;
  }

  /** An int64 copy of an array on the CPU, row-major. */
  public static Tensor of(long[] values, long... shape) {
    Tensor tensor = unwritten(DType.I64, values.length, shape);
    tensor.memory().asLongBuffer().put(values);
    return tensor;
  }

  /**
   * A copy of raw little-endian elements on the CPU, from position to limit.
   *
   * @throws IllegalArgumentException if the bytes do not fill the shape exactly
   */
  public static Tensor of(ByteBuffer bytes, DType dtype, long... shape) {
    long expected = Math.multiplyExact(Shapes.count(shape), dtype.bytes());
    Shapes.check(
        bytes.remaining() == expected,
        "%s of shape %s needs %d bytes, found %d",
        dtype,
        Arrays.toString(shape),
        expected,
        bytes.remaining());
    Tensor tensor = unwritten(dtype, Device.CPU, shape);
    tensor.memory().put(bytes.duplicate());
    return tensor;
  }

  private static Tensor unwritten(DType dtype, int values, long... shape) {
    Shapes.check(
        Shapes.count(shape) == values,
        "shape %s holds %d elements, found %d",
        Arrays.toString(shape),
        Shapes.count(shape),
        values);
    return unwritten(dtype, Device.CPU, shape);
  }

  // --- what it is --------------------------------------------------------------------------------

  /** A copy of the sizes, outermost first. */
  public long[] shape() {
    long[] shape = new long[dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = raw.size(i); // sizes() would make two native objects, to be freed by a scope
    }
    return shape;
  }

  /** Size of a dimension; negative counts from the last. */
  public long size(int dimension) {
    return raw.size(dimension);
  }

  /** Number of dimensions. */
  public int dim() {
    return (int) raw.dim();
  }

  /** Number of elements. */
  public long count() {
    return raw.numel();
  }

  /** Element type. */
  public DType dtype() {
    return Native.dtype(raw.scalar_type());
  }

  /** Where it lives. */
  public Device device() {
    return raw.is_cuda() ? Device.CUDA : Device.CPU;
  }

  // --- memory ------------------------------------------------------------------------------------

  /** Where its first element lies; 0 if there is none. */
  public long address() {
    return count() == 0 ? 0 : raw.data_ptr().address();
  }

  /** Elements from one index of a dimension to the next. */
  public long stride(int dimension) {
    return raw.stride(dimension);
  }

  /**
   * One flat view over contiguous tensors of one type that fill their memory one behind another, in
   * any order.
   *
   * @throws IllegalArgumentException if there is room between them
   */
  public static Tensor joined(List<Tensor> tensors) {
    List<Tensor> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Tensor::address));
    Tensor first = sorted.get(0);
    long at = first.address();
    long count = 0;
    for (Tensor tensor : sorted) {
      Shapes.check(tensor.address() == at, "memory is not joined before %s", tensor);
      at += tensor.count() * tensor.dtype().bytes();
      count += tensor.count();
    }
    return new Tensor(first.raw.detach().as_strided(new long[] {count}, 1L));
  }

  /** Lets this handle outlive the scope it was created in; {@link #close} then frees it. */
  public Tensor keep() {
    raw.retainReference();
    return this;
  }

  /** Frees this handle, and the memory if no other handle or graph shares it. */
  @Override
  public void close() {
    raw.close();
  }

  /**
   * The elements of a contiguous CPU tensor, shared, little-endian: gone when the tensor is. Unlike
   * a buffer of Java's own it does not wait for a garbage collection to be freed.
   *
   * @throws IllegalStateException if they lie elsewhere or with gaps
   */
  public ByteBuffer memory() {
    if (raw.is_cuda() || !raw.is_contiguous()) {
      throw new IllegalStateException("no contiguous memory of the CPU: " + this);
    }
    if (count() == 0) {
      return ByteBuffer.allocate(0);
    }
    Pointer data = raw.data_ptr();
    BytePointer bytes = new BytePointer(data).capacity(count() * dtype().bytes());
    return bytes.asBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A row-major little-endian copy of the elements, from any device. */
  public ByteBuffer bytes() {
    try (Scope scope = Scope.open()) {
      Tensor here = detach().to(Device.CPU).contiguous();
      ByteBuffer copy = Native.buffer(here.count() * here.dtype().bytes());
      return copy.put(here.memory()).flip();
    }
  }

  /** The elements as floats, row-major; other types are converted. */
  public float[] floats() {
    try (Scope scope = Scope.open()) {
      float[] values = new float[Math.toIntExact(count())];
      detach().to(DType.F32).to(Device.CPU).contiguous().memory().asFloatBuffer().get(values);
      return values;
    }
  }

  /** The elements as longs, row-major; other types are converted. */
  public long[] longs() {
    try (Scope scope = Scope.open()) {
      long[] values = new long[Math.toIntExact(count())];
      detach().to(DType.I64).to(Device.CPU).contiguous().memory().asLongBuffer().get(values);
      return values;
    }
  }

  /** The only element as a number. Waits for the device. */
  public double item() {
    Shapes.check(count() == 1, "item() of a tensor of %d elements", count());
    return raw.item_double();
  }

  // --- gradients ---------------------------------------------------------------------------------

  /** Whether gradients flow to or through it. */
  public boolean requiresGrad() {
    return raw.requires_grad();
  }

  /** Marks a leaf as one to compute the gradient of. */
  public Tensor requireGrad(boolean required) {
    raw.set_requires_grad(required);
    return this;
  }

  /** The same memory outside the graph. */
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /** Back-propagates from this scalar; gradients add to what the leaves have. */
  public void backward() {
    raw.backward();
  }

  /**
   * Back-propagates a gradient that arrived here from elsewhere; gradients add to what the leaves
   * have.
   *
   * @param gradient of this one's shape and type
   */
  public void backward(Tensor gradient) {
    Shapes.check(
        Arrays.equals(shape(), gradient.shape()), "gradient %s of %s", gradient.toString(), this);
    raw.backward(gradient.raw, new BoolOptional(), false, new TensorArrayRefOptional());
  }

  /** Whether a gradient has arrived. */
  public boolean hasGrad() {
    return raw.grad().defined();
  }

  /**
   * The gradient.
   *
   * @throws IllegalStateException if none has arrived
   */
  public Tensor grad() {
    org.bytedeco.pytorch.Tensor grad = raw.grad();
    if (!grad.defined()) {
      throw new IllegalStateException("no gradient has arrived at this tensor");
    }
    return new Tensor(grad.detach()); // grad is but a reference into this one, which may go first
  }

  /** Where gradients are to be accumulated from now on; the memory is shared. */
  public void grad(Tensor target) {
    Shapes.check(Arrays.equals(shape(), target.shape()), "gradient of another shape");
    raw.mutable_grad().put(target.raw);
  }

  /** Forgets the gradient and frees its memory. */
  public void dropGrad() {
    raw.mutable_grad().reset();
  }

  // --- types and places --------------------------------------------------------------------------

  /** This in another element type; itself if it has it. Differentiable. */
  public Tensor to(DType dtype) {
    return dtype() == dtype ? this : new Tensor(raw.to(Native.scalarType(dtype)));
  }

  /** This on another device; itself if it is there. */
  public Tensor to(Device device) {
    return device() == device
        ? this
        : new Tensor(
            raw.to(Native.device(device), raw.scalar_type(), false, false, Native.anyFormat()));
  }

  /**
   * As {@link #to(Device)}, but from the host and without waiting for what the device has to do
   * before: small inputs of a step, which it stages at once.
   */
  public Tensor toAsync(Device device) {
    Shapes.check(device() == Device.CPU, "toAsync: %s is not on the host", this);
    return device == Device.CPU
        ? this
        : new Tensor(
            raw.to(Native.device(device), raw.scalar_type(), true, false, Native.anyFormat()));
  }

  /** A copy with memory of its own. Differentiable. */
  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  /** Row-major memory; itself if it has it. */
  public Tensor contiguous() {
    return new Tensor(raw.contiguous());
  }

  // --- shapes ------------------------------------------------------------------------------------

  /** The same memory in another shape; one size may be -1. */
  public Tensor view(long... shape) {
    return new Tensor(raw.view(shape));
  }

  /** The same elements in another shape, copied if they must be; one size may be -1. */
  public Tensor reshape(long... shape) {
    return new Tensor(raw.reshape(shape));
  }

  /** Two dimensions swapped. */
  public Tensor transpose(int first, int second) {
    return new Tensor(raw.transpose(first, second));
  }

  /** A matrix transposed. */
  public Tensor t() {
    return transpose(0, 1);
  }

  /** A range of one dimension. */
  public Tensor narrow(int dimension, long start, long length) {
    Shapes.check(
        start >= 0 && length >= 0 && start + length <= size(dimension),
        "narrow to %d+%d of %d",
        start,
        length,
        size(dimension));
    return new Tensor(raw.narrow(dimension, start, length));
  }

  /** One index of a dimension, from 0; the dimension goes away. */
  public Tensor select(int dimension, long index) {
    Shapes.check(index >= 0 && index < size(dimension), "index %d of %d", index, size(dimension));
    return new Tensor(raw.select(dimension, index));
  }

  /** Rows of the first dimension in the order of int64 indices, each of which it has. */
  public Tensor rows(Tensor indices) {
    return new Tensor(raw.index_select(0, indices.raw));
  }

  /**
   * Elements of the last dimension by number.
   *
   * @param indices int64, of as many dimensions as this and no longer in any but the last
   */
  public Tensor gather(Tensor indices) {
    return new Tensor(raw.gather(-1, indices.raw));
  }

  /** The last dimension's elements moved on by so many places, the last ones to the front. */
  public Tensor roll(long places) {
    return new Tensor(raw.roll(new long[] {places}, -1));
  }

  /** The dimensions in another order. */
  public Tensor permute(long... order) {
    return new Tensor(raw.permute(order));
  }

  /** A dimension of size one, put in. */
  public Tensor unsqueeze(int dimension) {
    return new Tensor(raw.unsqueeze(dimension));
  }

  /** Sizes of one repeated, without a copy; -1 keeps a size. */
  public Tensor expand(long... shape) {
    return new Tensor(raw.expand(shape));
  }

  // --- arithmetic --------------------------------------------------------------------------------

  /** this + other, broadcast. */
  public Tensor add(Tensor other) {
    return new Tensor(raw.add(other.raw));
  }

  /** this + factor · other, broadcast. */
  public Tensor add(Tensor other, double factor) {
    return new Tensor(raw.add(other.raw, new Scalar(factor)));
  }

  /** this + value. */
  public Tensor add(double value) {
    return new Tensor(raw.add(new Scalar(value)));
  }

  /** this − other, broadcast. */
  public Tensor sub(Tensor other) {
    return new Tensor(raw.sub(other.raw));
  }

  /** this · other, element by element, broadcast. */
  public Tensor mul(Tensor other) {
    return new Tensor(raw.mul(other.raw));
  }

  /** this · other · factor, in one pass. */
  public Tensor mul(Tensor other, double factor) {
    return zeros(dtype(), device(), 1).addProduct(this, other, factor);
  }

  /** this · value. */
  public Tensor mul(double value) {
    return new Tensor(raw.mul(new Scalar(value)));
  }

  /** this / other, element by element, broadcast. */
  public Tensor div(Tensor other) {
    return new Tensor(raw.div(other.raw));
  }

  /** this / value. */
  public Tensor div(double value) {
    return new Tensor(raw.div(new Scalar(value)));
  }

  /** this + first · second, element by element, broadcast. */
  public Tensor addProduct(Tensor first, Tensor second) {
    return new Tensor(raw.addcmul(first.raw, second.raw));
  }

  /** this + factor · first · second, element by element, broadcast. */
  public Tensor addProduct(Tensor first, Tensor second, double factor) {
    return new Tensor(raw.addcmul(first.raw, second.raw, new Scalar(factor)));
  }

  /** 1 where this is below other, else 0, broadcast, in this one's type. */
  public Tensor below(Tensor other) {
    return new Tensor(raw.lt(other.raw)).to(dtype());
  }

  /** The smaller of each element and a value. */
  public Tensor atMost(double value) {
    return new Tensor(raw.clamp_max(new Scalar(value)));
  }

  /** Elements, whole numbers too, that are greater become this value. */
  public Tensor atMost(long value) {
    return new Tensor(raw.clamp_max(new Scalar(value)));
  }

  /** Absolute values. */
  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  /** Square roots. */
  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  /** Squares. */
  public Tensor square() {
    return new Tensor(raw.square());
  }

  /** Cosines. */
  public Tensor cos() {
    return new Tensor(raw.cos());
  }

  /** Sines. */
  public Tensor sin() {
    return new Tensor(raw.sin());
  }

  /** Hyperbolic tangents. */
  public Tensor tanh() {
    return new Tensor(raw.tanh());
  }

  /** Matrix product, batched over leading dimensions. */
  public Tensor matmul(Tensor other) {
    Shapes.check(
        size(-1) == other.size(other.dim() == 1 ? 0 : -2),
        "matmul of %s with %s",
        Arrays.toString(shape()),
        Arrays.toString(other.shape()));
    return new Tensor(raw.matmul(other.raw));
  }

  /**
   * factor · this other, for batches of matrices. The factor costs nothing.
   *
   * @param other (batch, columns of this, any)
   */
  public Tensor matmul(Tensor other, double factor) {
    Shapes.check(
        dim() == 3 && other.dim() == 3 && size(0) == other.size(0) && size(2) == other.size(1),
        "matmul of batches: %s and %s",
        this,
        other);
    Tensor product = unwritten(dtype(), device(), size(0), size(1), other.size(2));
    product.raw.baddbmm_(raw, other.raw, new Scalar(0.0), new Scalar(factor));
    return product;
  }

  // --- reductions --------------------------------------------------------------------------------

  /** Sum of all elements. */
  public Tensor sum() {
    return new Tensor(raw.sum());
  }

  /** Sums over one dimension. */
  public Tensor sum(int dimension, boolean keepDimension) {
    return new Tensor(
        raw.sum(new long[] {dimension}, keepDimension, new ScalarTypeOptional(raw.scalar_type())));
  }

  /** Means over one dimension. */
  public Tensor mean(int dimension, boolean keepDimension) {
    return sum(dimension, keepDimension).div((double) size(dimension));
  }

  /** Mean of all elements. */
  public Tensor mean() {
    return new Tensor(raw.mean());
  }

  /** Euclidean (Frobenius) norm of all elements. */
  public Tensor norm() {
    return new Tensor(raw.norm());
  }

  /** Index of the largest element along the last dimension. */
  public Tensor argmax() {
    return new Tensor(raw.argmax(Native.last(), false));
  }

  // --- in place ----------------------------------------------------------------------------------

  /** this ← other, converted and moved as needed. */
  public Tensor set(Tensor other) {
    Shapes.check(
        Arrays.equals(shape(), other.shape()),
        "set %s from %s",
        Arrays.toString(shape()),
        Arrays.toString(other.shape()));
    raw.copy_(other.raw);
    return this;
  }

  /** As {@link #set}, but from the host without waiting for the device. */
  public Tensor setAsync(Tensor other) {
    Shapes.check(count() == other.count(), "set %s from %s", this, other);
    raw.copy_(other.raw, true);
    return this;
  }

  /** this ← value. */
  public Tensor fill(double value) {
    raw.fill_(new Scalar(value));
    return this;
  }

  /** this ← 0. */
  public Tensor zero() {
    raw.zero_();
    return this;
  }

  /** this ← this + factor · other. */
  public Tensor addIn(Tensor other, double factor) {
    raw.add_(other.raw, new Scalar(factor));
    return this;
  }

  /** this ← this + value. */
  public Tensor addIn(double value) {
    raw.add_(new Scalar(value));
    return this;
  }

  /** this ← this · value. */
  public Tensor mulIn(double value) {
    raw.mul_(new Scalar(value));
    return this;
  }

  /** this ← this · other. */
  public Tensor mulIn(Tensor other) {
    raw.mul_(other.raw);
    return this;
  }

  /** this ← this + weight · (end − this). */
  public Tensor lerpIn(Tensor end, double weight) {
    raw.lerp_(end.raw, new Scalar(weight));
    return this;
  }

  /** this ← this + factor · first · second, element by element. */
  public Tensor addProductIn(Tensor first, Tensor second, double factor) {
    raw.addcmul_(first.raw, second.raw, new Scalar(factor));
    return this;
  }

  /** this ← this + factor · first / second, element by element. */
  public Tensor addQuotientIn(Tensor first, Tensor second, double factor) {
    raw.addcdiv_(first.raw, second.raw, new Scalar(factor));
    return this;
  }

  /** this ← first second for matrices; this may be a part of the columns of another. */
  public Tensor setMatmul(Tensor first, Tensor second) {
    Shapes.check(
        size(0) == first.size(0) && size(1) == second.size(1) && first.size(1) == second.size(0),
        "set %s to %s times %s",
        this,
        first,
        second);
    org.bytedeco.pytorch.global.torch.mm_out(raw, first.raw, second.raw);
    return this;
  }

  /** Rows of this at indices of whole numbers ← values. */
  public Tensor setRows(Tensor indices, Tensor values) {
    raw.index_copy_(0, indices.to(DType.I64).raw, values.raw);
    return this;
  }

  /** Rows of this at indices of whole numbers ← those rows + values. */
  public Tensor addRowsIn(Tensor indices, Tensor values) {
    raw.index_add_(0, indices.raw, values.raw);
    return this;
  }

  /** this ← this + factor · first second for matrices. Differentiable. */
  public Tensor addMatmulIn(Tensor first, Tensor second, double factor) {
    raw.addmm_(first.raw, second.raw, new Scalar(1.0), new Scalar(factor));
    return this;
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape()) + "@" + device().id();
  }
}
