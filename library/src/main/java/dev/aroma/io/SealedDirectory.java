package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of files that is there whole or not at all, and can tell whether it still is what was
 * written: {@code digests.json} holds the size and SHA-256 of each file.
 *
 * <p>It is filled under a hidden name beside its place, forced to disk and renamed.
 */
public final class SealedDirectory {
  private static final String SEAL = "digests.json";

  private SealedDirectory() {}

  /** Writes files into a directory; each must be on disk when it returns. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path directory);
  }

  /** Writes {@code target} with the content and its digests, in place of one that is there. */
  public static void write(Path target, Content content) {
    Path temporary = AtomicFile.besides(target);
    try {
      Files.createDirectories(temporary);
      content.writeTo(temporary);
      AtomicFile.writeText(temporary.resolve(SEAL), seal(temporary));
      AtomicFile.forceDirectory(temporary);
      replace(temporary, target);
      AtomicFile.forceDirectory(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(temporary);
      throw AtomicFile.cannotWrite(target, e);
    } catch (RuntimeException e) {
      discard(temporary);
      boolean writing = e instanceof InputException && e.getCause() instanceof IOException;
      throw writing ? AtomicFile.cannotWrite(target, (IOException) e.getCause()) : e;
    }
  }

  /** A directory cannot be renamed onto one that holds files: that one is put aside first. */
  private static void replace(Path temporary, Path target) throws IOException {
    Path before = null;
    if (Files.exists(target)) {
      before = AtomicFile.besides(target);
      Files.move(target, before, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    if (before != null) {
      Directories.delete(before);
    }
  }

  private static String seal(Path directory) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    for (Path file : files(directory)) {
      ObjectNode entry = root.putObject(file.getFileName().toString());
      entry.put("bytes", Files.size(file));
      entry.put("sha256", Digests.sha256(file));
    }
    return root.toPrettyString() + "\n";
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /**
   * Checks every file against its digest.
   *
   * @param expected names of files that must be there
   * @throws InputException if one is missing or not what was written
   */
  public static void verify(Path directory, List<String> expected) {
    JsonConfig seal = JsonConfig.read(directory.resolve(SEAL));
    for (String name : expected) {
      JsonConfig entry =
          seal.object(name).orElseThrow(() -> damaged(directory.resolve(name), "has no digest"));
      verify(directory.resolve(name), entry.requireLong("bytes"), entry.requireString("sha256"));
    }
  }

  private static void verify(Path file, long bytes, String sha256) {
    try {
      if (Files.size(file) != bytes) {
        throw damaged(file, "has %d bytes, expected %d".formatted(Files.size(file), bytes));
      }
      if (!Digests.sha256(file).equals(sha256)) {
        throw damaged(file, "has another SHA-256 than when it was written");
      }
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(file, e);
    }
  }

  private static InputException damaged(Path file, String how) {
    return new InputException(
        file + ": the file " + how,
        "It was damaged or changed after it was written: take it from a copy, or do without.",
        "checkpoint-damaged");
  }

  private static void discard(Path directory) {
    try {
      if (Files.exists(directory)) {
        Directories.delete(directory);
      }
    } catch (IOException e) {
      // The error that brought us here matters more than a left-over hidden directory.
      return;
    }
  }
}
