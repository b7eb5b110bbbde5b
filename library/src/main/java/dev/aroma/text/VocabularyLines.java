package dev.aroma.text;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines of a vocabulary file, strictly UTF-8. */
final class VocabularyLines {
  private VocabularyLines() {}

  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw JsonText.broken(file.toString(), "expected UTF-8, found other bytes", e);
    } catch (IOException e) {
      throw JsonText.broken(file.toString(), e.toString(), e);
    }
  }
}
