package dev.aroma.io;

import java.nio.file.Path;
import java.util.Map;

/** Where to keep what can be made again: {@code ~/.cache/aroma} or what the person says. */
public final class CacheDirectory {
  private CacheDirectory() {}

  /**
   * The system property {@code aroma.cache}, else {@code $XDG_CACHE_HOME/aroma}, else {@code
   * ~/.cache/aroma}.
   *
   * @param environment the environment's variables
   */
  public static Path resolve(Map<String, String> environment) {
    String property = System.getProperty("aroma.cache", "");
    return property.isEmpty() ? userCache(environment).resolve("aroma") : Path.of(property);
  }

  /** {@code $XDG_CACHE_HOME}, else {@code ~/.cache}. */
  static Path userCache(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    return xdg.isEmpty() ? home(environment).resolve(".cache") : Path.of(xdg);
  }

  static Path home(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
  }
}
