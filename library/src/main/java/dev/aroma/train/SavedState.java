package dev.aroma.train;

import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SnapshotFiles;
import dev.aroma.io.TensorSource;
import dev.aroma.model.Weights;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link State} in a directory. A tensor of any size is moved in parts of at most 256 MiB, {@code
 * name#0}, {@code name#1}, …, so that memory for one of them is enough.
 */
final class SavedState implements AutoCloseable {
  private static final long PART = 1L << 26; // elements

  private final SnapshotFiles files;
  private final String where;

  private SavedState(Path directory) {
    this.files = SnapshotFiles.open(directory);
    this.where = directory.toString();
  }

  /** Writes a directory, whole or not at all. */
  static void write(Path directory, State state) {
    write(directory, state, PART);
  }

  static void write(Path directory, State state, long part) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      List<RawTensor> all = new ArrayList<>();
      state.tensors().forEach((name, tensor) -> all.addAll(parts(name, tensor.detach(), part)));
      SnapshotFiles.write(directory, state.numbers(), all);
    }
  }

  private static List<RawTensor> parts(String name, Tensor tensor, long part) {
    if (tensor.count() <= part) {
      return List.of(raw(name, tensor));
    }
    List<RawTensor> parts = new ArrayList<>();
    Tensor flat = tensor.reshape(-1);
    for (long at = 0; at < flat.count(); at += part) {
      Tensor one = flat.narrow(0, at, Math.min(part, flat.count() - at));
      parts.add(raw(name + "#" + parts.size(), one));
    }
    return parts;
  }

  private static RawTensor raw(String name, Tensor tensor) {
    return RawTensor.of(name, tensor.dtype(), tensor.shape(), tensor::bytes);
  }

  /**
   * Opens a directory; what it says is checked against its digests first.
   *
   * @throws InputException if it is damaged or of another format
   */
  static SavedState open(Path directory) {
    return new SavedState(directory);
  }

  /** What was written; its tensors can be read until this is closed. */
  State state() {
    TensorSource tensors = files.tensors();
    return new State(where, files.numbers(), new Parts(tensors));
  }

  @Override
  public void close() {
    files.close();
  }

  /** Tensors of a file, put together from their parts. */
  private record Parts(TensorSource tensors) implements State.Source {
    @Override
    public boolean has(String name) {
      return tensors.contains(name) || tensors.contains(name + "#0");
    }

    @Override
    public void read(String name, Tensor into) {
      if (!tensors.contains(name + "#0")) {
        fill(name, into, into.shape());
        return;
      }
      Tensor flat = into.view(-1);
      long at = 0;
      for (int i = 0; at < flat.count(); i++) {
        RawTensor part = tensors.get(name + "#" + i);
        long count = Math.min(Math.max(1, part.elements()), flat.count() - at);
        fill(part.name(), flat.narrow(0, at, count), count);
        at += count;
      }
    }

    private void fill(String name, Tensor into, long... shape) {
      RawTensor raw = tensors.get(name);
      DType type = into.dtype();
      if (raw.dtype() != type || !Arrays.equals(raw.shape(), shape)) {
        throw new InputException(
            "%s: expected %s %s%s, found %s"
                .formatted(tensors.source(), name, type, Arrays.toString(shape), raw),
            "The checkpoint is of another run or was damaged: remove it, so that the one before"
                + " is used.",
            "checkpoint-damaged");
      }
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        into.set(Weights.tensor(raw));
      }
    }
  }
}
