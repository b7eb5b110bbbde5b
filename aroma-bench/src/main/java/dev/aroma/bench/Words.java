package dev.aroma.bench;

import dev.aroma.io.Directories;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** A language of words w0, w1, …, each a token. */
final class Words {
  /** The token that ends every text. */
  static final int END = 3;

  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
  private static final int MOST = 20_000;

  private final int count;

  /**
   * As many words as a vocabulary has room for.
   *
   * @param vocabulary token ids stay below it
   */
  Words(int vocabulary) {
    this.count = Math.min(MOST, vocabulary - SPECIAL.size());
  }

  /** Its tokenizer, which puts a token before and one behind every text. */
  TextTokenizer tokenizer(int length) throws IOException {
    Path directory = Files.createTempDirectory("aroma-words");
    try {
      List<String> lines = new ArrayList<>(SPECIAL);
      for (int i = 0; i < count; i++) {
        lines.add("w" + i);
      }
      Files.write(directory.resolve("vocab.txt"), lines);
      return TextTokenizer.load(directory, length);
    } finally {
      Directories.delete(directory);
    }
  }

  /** So many random words. */
  String text(Random random, int words) {
    return random
        .ints(words, 0, count)
        .mapToObj(word -> "w" + word)
        .collect(Collectors.joining(" "));
  }

  /** Real lengths without a real vocabulary: a word for about every four letters. */
  String instead(String text) {
    StringBuilder words = new StringBuilder();
    for (String word : text.split("\\s+", -1)) {
      words.append(" w").append(Math.floorMod(word.hashCode(), count));
      if (word.length() > 9) { // about as many pieces as a real vocabulary gives
        words.append(" w").append(Math.floorMod(word.hashCode() / 7, count));
      }
    }
    return words.toString();
  }
}
