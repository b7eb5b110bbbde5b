package dev.aroma.model.bert;

import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums over rows that kernels have made in parts, each block of a kernel its own: gathered, to be
 * added up by one launch.
 */
final class RowSums implements AutoCloseable {
  private static final int MOST = 6; // kernels' parts that one launch takes
  private static final int TARGETS = 4; // of one kernel
  private static final int FIELDS = 4 + 2 * TARGETS;
  private static final int COLUMNS = 32; // of a block
  private static final int THREADS = 256;

  private final List<Tensor> waiting = new ArrayList<>(); // each (blocks, targets, width)
  private final long[] fields = new long[MOST * FIELDS]; // where they and their targets are

  /**
   * Takes a kernel's parts, which it keeps until they are added up.
   *
   * @param parts float32 (blocks, targets, width)
   * @param targets up to four, bfloat16 (width), of any stride, which may be views that end before;
   *     null where nobody wants the sum
   */
  void add(Tensor parts, List<Tensor> targets) {
    if (waiting.size() == MOST) {
      addUp();
    }
    int at = waiting.size() * FIELDS;
    fields[at] = parts.address();
    for (int i = 0; i < 3; i++) {
      fields[at + 1 + i] = parts.size(i);
    }
    for (int i = 0; i < targets.size(); i++) {
      Tensor target = targets.get(i);
      fields[at + 4 + i] = target == null ? 0 : target.address();
      fields[at + 4 + TARGETS + i] = target == null ? 0 : target.stride(0);
    }
    waiting.add(parts.keep());
  }

  /** Writes all sums. */
  void addUp() {
    if (waiting.isEmpty()) {
      return;
    }
    long widest = waiting.stream().mapToLong(parts -> parts.size(2)).max().orElseThrow();
    long sums = waiting.stream().mapToLong(parts -> parts.size(1)).sum();
    RowKernels.launch("one_sums", (widest + COLUMNS - 1) / COLUMNS, sums, THREADS, fields);
    close();
  }

  /** Forgets what was not added up. */
  @Override
  public void close() {
    waiting.forEach(Tensor::close);
    waiting.clear();
  }
}
