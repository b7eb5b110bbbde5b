package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Checksums of files and texts, in lower-case hexadecimal. */
public final class Digests {
  private Digests() {}

  /** SHA-256 of a file, read in pieces. */
  public static String sha256(Path file) throws IOException {
    return hex(file, sha256());
  }

  /** SHA-256 of text in UTF-8. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * SHA-256 of each file, by path as given; a directory stands for the files directly in it,
   * sorted.
   *
   * @throws InputException if one cannot be read
   */
  public static Map<String, String> sha256(List<Path> paths) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Path path : paths) {
      try {
        for (Path file : filesOf(path)) {
          digests.put(file.toString(), sha256(file));
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

  /** What git calls a file's content: SHA-1 over {@code "blob " + size + "\0"} and the bytes. */
  static String gitBlob(Path file) throws IOException {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    return hex(file, digest);
  }

  static MessageDigest sha256() {
    return digest("SHA-256");
  }

  private static String hex(Path file, MessageDigest digest) throws IOException {
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
