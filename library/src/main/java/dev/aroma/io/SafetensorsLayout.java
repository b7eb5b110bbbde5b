package dev.aroma.io;

import dev.aroma.io.SafetensorsHeader.Entry;
import java.util.Comparator;
import java.util.List;

/** Checks that a header tells the truth: tensors fill the data exactly, without hole or overlap. */
final class SafetensorsLayout {
  private SafetensorsLayout() {}

  static void check(String file, SafetensorsHeader header, long dataBytes) {
    List<Entry> byOffset =
        header.entries().values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long reached = 0;
    for (Entry entry : byOffset) {
      checkSize(file, entry);
      if (entry.end() > dataBytes) {
        throw bad(file, entry, "ends at %d, the data at %d".formatted(entry.end(), dataBytes));
      }
      if (entry.begin() != reached) {
        String what = entry.begin() < reached ? "overlaps the one before" : "follows a hole";
        throw bad(
            file,
            entry,
            "starts at %d, expected %d: it %s".formatted(entry.begin(), reached, what));
      }
      reached = entry.end();
    }
    if (reached != dataBytes) {
      throw SafetensorsHeader.bad(
          file,
          "the tensors end at byte %d of the data, the file at %d".formatted(reached, dataBytes));
    }
  }

  private static void checkSize(String file, Entry entry) {
    long expected;
    try {
      expected = Math.multiplyExact(RawTensor.elements(entry.sizes()), entry.dtype().bytes());
    } catch (ArithmeticException e) {
      throw bad(file, entry, "has an impossible shape " + entry.shape());
    }
    if (entry.end() < entry.begin() || entry.end() - entry.begin() != expected) {
      throw bad(
          file,
          entry,
          "of %s%s needs %d bytes, its offsets are [%d, %d]"
              .formatted(entry.dtype(), entry.shape(), expected, entry.begin(), entry.end()));
    }
  }

  private static RuntimeException bad(String file, Entry entry, String problem) {
    return SafetensorsHeader.bad(file, "tensor " + entry.name() + " " + problem);
  }
}
