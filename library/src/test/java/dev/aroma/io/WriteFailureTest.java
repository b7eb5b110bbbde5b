package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WriteFailureTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IOException("No space left on device"), WriteFailure.NO_SPACE),
        Arguments.of(system("Disk quota exceeded"), WriteFailure.NO_SPACE),
        Arguments.of(
            new IOException("There is not enough space on the disk"), WriteFailure.NO_SPACE),
        Arguments.of(new AccessDeniedException("out"), WriteFailure.NO_PERMISSION),
        Arguments.of(new ReadOnlyFileSystemException(), WriteFailure.NO_PERMISSION),
        Arguments.of(system("Read-only file system"), WriteFailure.NO_PERMISSION),
        Arguments.of(system("Operation not permitted"), WriteFailure.NO_PERMISSION),
        Arguments.of(new FileAlreadyExistsException("out"), WriteFailure.IN_THE_WAY),
        Arguments.of(new NotDirectoryException("out"), WriteFailure.IN_THE_WAY),
        Arguments.of(system("Not a directory"), WriteFailure.IN_THE_WAY),
        Arguments.of(new IOException("Stale file handle"), WriteFailure.OTHER),
        Arguments.of(new IOException(), WriteFailure.OTHER));
  }

  private static FileSystemException system(String reason) {
    return new FileSystemException("out", null, reason);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatTheSystemSaysIsUnderstood(Exception e, WriteFailure why) {
    assertThat(WriteFailure.of(e)).isEqualTo(why);
  }

  @Test
  void whatIsNotUnderstoodIsToldAsTheSystemSaysIt() {
    IOException stale = new IOException("Stale file handle");
    assertThat(WriteFailure.OTHER.reason(stale)).contains("IOException", "Stale file handle");
  }
}
