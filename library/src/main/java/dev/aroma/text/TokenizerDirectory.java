package dev.aroma.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the tokenizer of a Hugging Face directory and gives it as the content of a {@code
 * tokenizer.json}, building that where only older vocabulary files are there.
 */
final class TokenizerDirectory {
  private TokenizerDirectory() {}

  static ObjectNode read(Path directory) {
    if (Files.isRegularFile(directory.resolve("tokenizer.json"))) {
      return JsonText.read(directory.resolve("tokenizer.json"));
    }
    TokenizerSettings settings = TokenizerSettings.in(directory);
    if (Files.isRegularFile(directory.resolve("vocab.txt"))) {
      return WordPieceFiles.read(directory.resolve("vocab.txt"), settings);
    }
    Path vocabulary = directory.resolve("vocab.json");
    Path merges = directory.resolve("merges.txt");
    if (Files.isRegularFile(vocabulary) && Files.isRegularFile(merges)) {
      return ByteLevelFiles.read(vocabulary, merges, settings);
    }
    Path pieces = ScoredPieceFiles.find(directory);
    if (pieces != null) {
      return ScoredPieceFiles.read(pieces);
    }
    throw missing(directory);
  }

  private static InputException missing(Path directory) {
    String found = Files.isDirectory(directory) ? "none of them" : "no directory of this name";
    return new InputException(
        ("Expected a tokenizer in %s: tokenizer.json, or vocab.txt, or vocab.json with merges.txt,"
                + " or llama2.c's tokenizer.bin; found %s.")
            .formatted(directory, found),
        "Copy the tokenizer's files from where the model came from into the model's directory.",
        "tokenizer-missing");
  }
}
