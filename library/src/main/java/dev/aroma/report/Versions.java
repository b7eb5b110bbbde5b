package dev.aroma.report;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * What ran.
 *
 * @param aroma our version
 * @param revision the git revision that was built, or "unknown"
 * @param java version and vendor of the JVM
 * @param libtorch version of the tensor engine
 * @param tokenizers version of the tokenizers library; "unknown" in manifests older than it
 */
public record Versions(
    String aroma, String revision, String java, String libtorch, String tokenizers) {
  private static final String UNKNOWN = "unknown";
  private static final String RESOURCE = "build.properties";

  /** Tells what an older manifest does not say. */
  public Versions {
    tokenizers = tokenizers == null ? UNKNOWN : tokenizers;
  }

  /**
   * The versions of this process.
   *
   * @param libtorch as the tensor layer knows it
   */
  public static Versions current(String libtorch) {
    Properties build = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + RESOURCE + " of our own jar", e);
    }
    return new Versions(
        filled(build.getProperty("version")),
        filled(build.getProperty("revision")),
        System.getProperty("java.version") + " " + System.getProperty("java.vendor"),
        libtorch,
        filled(build.getProperty("tokenizers")));
  }

  /** An IDE that does not filter resources leaves the placeholder. */
  static String filled(String value) {
    return value == null || value.isBlank() || value.startsWith("${") ? UNKNOWN : value;
  }
}
