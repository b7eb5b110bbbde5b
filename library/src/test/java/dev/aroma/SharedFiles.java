package dev.aroma;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference vectors, data and models that are not part of the repository.
 *
 * <p>They lie in the directory named by the system property {@code aroma.shared}, or in {@code
 * shared} beside the repository; a test that needs one is skipped where it is absent.
 */
public final class SharedFiles {
  private SharedFiles() {}

  /** The file or directory, or skips the calling test. */
  public static Path require(String relative) {
    Path found = root().resolve(relative);
    assumeTrue(
        Files.exists(found),
        "skipped: needs shared/" + relative + " beside the repository, or -Daroma.shared=DIR");
    return found;
  }

  private static Path root() {
    String given = System.getProperty("aroma.shared");
    if (given != null) {
      return Path.of(given);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".mvn"))) {
        return at.resolveSibling("shared");
      }
    }
    return Path.of("shared");
  }
}
