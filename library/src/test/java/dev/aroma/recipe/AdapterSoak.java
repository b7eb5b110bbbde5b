package dev.aroma.recipe;

import dev.aroma.AdapterSet;
import dev.aroma.tensor.Engine;
import java.nio.file.Path;

/** Two adapters in turn, over and over; prints resident memory when it has settled and at last. */
final class AdapterSoak {
  private static final int ROUNDS = 450;

  private AdapterSoak() {}

  /** Runs; the arguments are two runs. */
  public static void main(String[] args) {
    long settled = 0;
    try (AdapterSet set = AdapterSet.open("cpu", "fp32")) {
      set.add("one", Path.of(args[0]));
      for (int i = 0; i < ROUNDS; i++) {
        if (i % 4 == 0) {
          set.add("other", Path.of(args[1])); // in place of the one before
        }
        set.classify("one", TinyRuns.TEXTS);
        set.classify("other", TinyRuns.TEXTS);
        settled = i == ROUNDS * 2 / 3 ? Engine.residentBytes() : settled;
      }
    }
    System.out.println("resident " + settled + " " + Engine.residentBytes());
  }
}
