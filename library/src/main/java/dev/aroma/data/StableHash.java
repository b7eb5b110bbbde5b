package dev.aroma.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Assigns texts to splits: the same text always falls on the same side, in any language. */
final class StableHash {
  private StableHash() {}

  /** The first four bytes of SHA-256 of the UTF-8 text, as a fraction in [0, 1). */
  static double fraction(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) / 0x1p32;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
