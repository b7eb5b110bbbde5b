package dev.aroma.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** One damaged input: which target, which file, which bytes; all of it told by seed and number. */
public final class FuzzCase {
  private final long number;
  private final FuzzTarget target;
  private final String file;
  private final byte[] bytes;

  private FuzzCase(long number, FuzzTarget target, String file, byte[] bytes) {
    this.number = number;
    this.target = target;
    this.file = file;
    this.bytes = bytes;
  }

  /** Makes a case; targets take turns. */
  public static FuzzCase of(List<FuzzTarget> targets, long seed, long number) {
    FuzzTarget target = targets.get((int) (number % targets.size()));
    long own = seed * 1_000_003L + number;
    List<String> candidates = target.candidates();
    String file = candidates.get(new Random(own).nextInt(candidates.size()));
    Form form = target.damaged().get(file);
    byte[] bytes = new Mutator(own).mutate(target.files().get(file), form);
    return new FuzzCase(number, target, file, bytes);
  }

  /** From 0, in a campaign of one seed. */
  public long number() {
    return number;
  }

  /** What is damaged. */
  public FuzzTarget target() {
    return target;
  }

  /** The damaged one of the target's files. */
  public String file() {
    return file;
  }

  /** Bytes of all its files. */
  long size() {
    long others = target.files().values().stream().mapToLong(b -> b.length).sum();
    return others - target.files().get(file).length + bytes.length;
  }

  /** Writes the files. */
  public void write(Path directory) {
    try {
      for (Map.Entry<String, byte[]> entry : target.files().entrySet()) {
        Path path = directory.resolve(entry.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, entry.getKey().equals(file) ? bytes : entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a directory away with all that is in it. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
