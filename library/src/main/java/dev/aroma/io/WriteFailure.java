package dev.aroma.io;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.stream.Stream;

/** Why something could not be written, as far as the system says. */
public enum WriteFailure {
  /** The disk, or one's part of it, is full. */
  NO_SPACE,
  /** One may not write there. */
  NO_PERMISSION,
  /** A file is where a directory would have to be. */
  IN_THE_WAY,
  /** Anything else. */
  OTHER;

  /** Java has exceptions of their own for a few reasons; of the others there is the message. */
  public static WriteFailure of(Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (says(message, "no space left", "quota exceeded", "not enough space")) {
      return NO_SPACE;
    }
    if (e instanceof AccessDeniedException
        || e instanceof ReadOnlyFileSystemException
        || says(message, "read-only", "permission denied", "operation not permitted")) {
      return NO_PERMISSION;
    }
    if (e instanceof FileAlreadyExistsException
        || e instanceof NotDirectoryException
        || says(message, "not a directory")) {
      return IN_THE_WAY;
    }
    return OTHER;
  }

  private static boolean says(String message, String... parts) {
    return Stream.of(parts).anyMatch(message::contains);
  }

  /**
   * The reason in words.
   *
   * @param e says it itself where it is none of ours
   */
  public String reason(Exception e) {
    return switch (this) {
      case NO_SPACE -> "the disk is full";
      case NO_PERMISSION -> "no permission";
      case IN_THE_WAY -> "a file is in the way";
      case OTHER -> e.toString();
    };
  }
}
