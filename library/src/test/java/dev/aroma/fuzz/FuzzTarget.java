package dev.aroma.fuzz;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One kind of input: sound files, and who reads them.
 *
 * @param name what reports call it
 * @param files sound content by path below the case's directory
 * @param damaged which of the files are damaged, one a case, and what is known of their inside
 * @param places what a refusal must name besides the file: a regular expression, found in it
 * @param reading reads everything in the directory as the product would, and closes what it opens
 */
public record FuzzTarget(
    String name,
    Map<String, byte[]> files,
    Map<String, Form> damaged,
    String places,
    Reading reading) {
  /** Reads a directory; what it throws is judged. */
  @FunctionalInterface
  public interface Reading {
    /** Reads; an InputException is a refusal, anything else that is thrown a finding. */
    void read(Path directory);
  }

  /** Copies the maps. */
  public FuzzTarget {
    files = Map.copyOf(files);
    damaged = new LinkedHashMap<>(damaged);
    if (!files.keySet().containsAll(damaged.keySet())) {
      throw new IllegalArgumentException(name + ": damages files that it lacks");
    }
  }

  /** One file alone. */
  public static FuzzTarget of(
      String name, String file, byte[] sound, Form form, String places, Reading reading) {
    return new FuzzTarget(name, Map.of(file, sound), Map.of(file, form), places, reading);
  }

  /** Names of the files that are damaged, in a fixed order. */
  List<String> candidates() {
    return damaged.keySet().stream().sorted().toList();
  }
}
