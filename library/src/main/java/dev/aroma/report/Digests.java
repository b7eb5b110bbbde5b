package dev.aroma.report;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** SHA-256 of what went into a run, so that it can be told apart from another. */
public final class Digests {
  private Digests() {}

  /** Of text in UTF-8, as hex. */
  public static String ofText(String text) {
    return hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of bytes that {@code stream} gives, as hex; read in pieces, closed at the end. */
  public static String ofStream(InputStream stream) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(stream, digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest.digest());
  }

  /**
   * Of each file, by path as given; a directory stands for the files directly in it, sorted.
   *
   * @throws InputException if one cannot be read
   */
  public static Map<String, String> ofFiles(List<Path> paths) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Path path : paths) {
      try {
        for (Path file : filesOf(path)) {
          digests.put(file.toString(), ofStream(Files.newInputStream(file)));
        }
      } catch (IOException e) {
        throw new InputException(
            "Cannot read " + path + " to take its digest (" + e + ").",
            "Check that the file is there and may be read.",
            "run-files",
            e);
      }
    }
    return Collections.unmodifiableMap(digests);
  }

  private static List<Path> filesOf(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
