package dev.aroma.recipe;

import dev.aroma.io.RawTensor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Counts a {@link AdapterSummary.Part}. */
final class PartCount {
  private final String where;
  private final String what;
  private final Set<String> modules = new HashSet<>();
  private long parameters;
  private float smallest = Float.POSITIVE_INFINITY;
  private float largest = Float.NEGATIVE_INFINITY;

  PartCount(String where, String what) {
    this.where = where;
    this.what = what;
  }

  void add(String module, long count) {
    modules.add(module);
    parameters += count;
  }

  /** As {@link #add(String, long)}, with factors whose range is told. */
  void add(String module, long count, RawTensor factors) {
    add(module, count);
    for (float value : factors.toFloats()) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
  }

  AdapterSummary.Part part() {
    String range =
        smallest > largest ? "" : String.format(Locale.ROOT, " %.3g to %.3g", smallest, largest);
    return new AdapterSummary.Part(where, modules.size(), parameters, what + range);
  }
}
