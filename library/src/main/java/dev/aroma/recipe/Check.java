package dev.aroma.recipe;

/**
 * One line of {@link Doctor}.
 *
 * @param name of what was looked at
 * @param value what was found
 * @param level how bad it is
 * @param hint what to do about it; empty where nothing is off
 */
public record Check(String name, String value, Level level, String hint) {
  /** How bad something is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Training works, but something could be better. */
    NOTE,
    /** Training cannot work. */
    BROKEN
  }

  static Check ok(String name, String value) {
    return new Check(name, value, Level.OK, "");
  }

  static Check note(String name, String value, String hint) {
    return new Check(name, value, Level.NOTE, hint);
  }

  static Check broken(String name, String value, String hint) {
    return new Check(name, value, Level.BROKEN, hint);
  }

  /** A note where something is off, else all right. */
  static Check unless(boolean off, String name, String value, String hint) {
    return off ? note(name, value, hint) : ok(name, value);
  }
}
