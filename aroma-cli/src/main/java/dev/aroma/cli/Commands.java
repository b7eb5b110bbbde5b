package dev.aroma.cli;

import java.nio.file.Path;

/** Paths as they are typed into a shell. */
final class Commands {
  private Commands() {}

  /** Relative to the current directory where it lies below, which is shorter to read. */
  static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    boolean below = absolute.startsWith(here) && !absolute.equals(here);
    return (below ? here.relativize(absolute) : absolute).toString();
  }

  /** The path as a word that a POSIX shell leaves as it is. */
  static String word(Path path) {
    String text = shown(path);
    return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
