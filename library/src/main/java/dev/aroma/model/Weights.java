package dev.aroma.model;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import dev.aroma.io.TensorSource;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Puts a checkpoint's tensors into a declared model, one by one, each on its device and in its
 * type. Beside the model itself, that takes some 50 MiB of memory, whatever the checkpoint's size.
 *
 * <p>Checkpoints of the bare encoder lack the family's prefix ({@code bert.}), old ones call
 * LayerNorm's tensors gamma and beta: both are understood.
 */
public final class Weights {
  /** Bytes of a tensor that are on their way at a time. */
  private static final int PIECE = 16 << 20;

  private final Transformer model;
  private final TensorSource source;
  private final Device device;
  private final Function<String, DType> types;
  private final Rng rng;
  private final ByteBuffer space;
  private final TreeSet<String> initialised = new TreeSet<>();

  private Weights(
      Transformer model,
      TensorSource source,
      Device device,
      Function<String, DType> types,
      Rng rng,
      ByteBuffer space) {
    this.model = model;
    this.source = source;
    this.device = device;
    this.types = types;
    this.rng = rng;
    this.space = space;
  }

  /**
   * Loads every parameter. The head is initialised where it is missing or was made for another
   * number of labels: weights from N(0, range²), biases 0.
   *
   * @param types element type of each parameter by path
   * @return paths of the modules that had to be initialised, for a message
   * @throws InputException if another tensor is missing or has the wrong shape
   */
  public static List<String> load(
      Transformer model,
      TensorSource source,
      Device device,
      Function<String, DType> types,
      Rng rng) {
    try (Tensor space = Tensor.unwritten(DType.F32, Device.CPU, PIECE / DType.F32.bytes()).keep()) {
      return new Weights(model, source, device, types, rng, space.memory()).load();
    }
  }

  private List<String> load() {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Parameter> entry : model.parameters().entrySet()) {
      String path = entry.getKey();
      Optional<String> name = nameInSource(path).filter(n -> !otherHead(path, n));
      if (name.isPresent()) {
        read(path, entry.getValue(), source.get(name.get()));
      } else if (replaceable(path).isPresent()) {
        initialise(path, entry.getValue());
      } else {
        missing.add(path);
      }
    }
    refuse(missing);
    return List.copyOf(initialised);
  }

  private void refuse(List<String> missing) {
    if (!missing.isEmpty()) {
      throw new InputException(
          "%s: %d tensors are missing, the first being %s"
              .formatted(source.source(), missing.size(), missing.get(0)),
          "The weights are of another architecture than config.json says, or the file is"
              + " incomplete. It has, for example: "
              + source.names().stream().limit(3).toList(),
          "missing-tensors");
    }
  }

  private Optional<String> nameInSource(String path) {
    String old =
        path.replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
    return List.of(path, withoutPrefix(path), old, withoutPrefix(old)).stream()
        .filter(source::contains)
        .findFirst();
  }

  private static String withoutPrefix(String path) {
    return path.substring(path.indexOf('.') + 1);
  }

  /** The head's module that a parameter belongs to. */
  private Optional<String> replaceable(String path) {
    return model.head().stream().filter(m -> path.startsWith(m + ".")).findFirst();
  }

  /** A head that was made for another number of labels is as good as none. */
  private boolean otherHead(String path, String name) {
    return model.inHead(path)
        && !Arrays.equals(source.get(name).shape(), model.parameters().get(path).shape());
  }

  private void read(String path, Parameter parameter, RawTensor raw) {
    raw.requireShape(source.source(), parameter.shape());
    try (Scope scope = Scope.open()) {
      parameter.value(Tensor.zeros(types.apply(path), device, raw.shape()));
      copy(raw, parameter.value().view(-1));
    }
  }

  /** Straight to its place: a checkpoint may be larger than the memory of the host. */
  private void copy(RawTensor raw, Tensor target) {
    long[] at = {0};
    raw.forEachPiece(
        space,
        bytes -> {
          try (Scope scope = Scope.open()) {
            long count = bytes.remaining() / raw.dtype().bytes();
            target.narrow(0, at[0], count).set(Tensor.of(bytes, raw.dtype(), count));
            at[0] += count;
          }
        });
  }

  private void initialise(String path, Parameter parameter) {
    initialised.add(replaceable(path).orElseThrow());
    try (Scope scope = Scope.open()) {
      boolean bias = path.endsWith(".bias");
      double deviation = bias ? 0 : model.initializerRange();
      Tensor values = rng.stream(path).normal(deviation, parameter.shape());
      parameter.value(values.to(types.apply(path)).to(device));
    }
  }

  /** A copy in memory of its own, of any size. */
  public static Tensor tensor(RawTensor raw) {
    List<ByteBuffer> segments = raw.segments();
    if (segments.size() == 1) {
      return Tensor.of(segments.get(0), raw.dtype(), raw.shape());
    }
    Tensor flat = Tensor.zeros(raw.dtype(), Device.CPU, raw.elements());
    long at = 0;
    for (ByteBuffer segment : segments) {
      long count = segment.remaining() / raw.dtype().bytes();
      flat.narrow(0, at, count).set(Tensor.of(segment, raw.dtype(), count));
      at += count;
    }
    return flat.view(raw.shape());
  }
}
