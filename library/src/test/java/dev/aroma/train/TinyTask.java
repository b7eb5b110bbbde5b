package dev.aroma.train;

import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.model.TinyModels;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A task that a tiny model learns: the class is told by one word among others. */
final class TinyTask {
  private TinyTask() {}

  /** A WordPiece tokenizer of {@link TinyModels#VOCABULARY} tokens: specials and w0, w1, …. */
  static TextTokenizer tokenizer(Path directory) throws IOException {
    List<String> lines = new ArrayList<>(List.of("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = 0; lines.size() < TinyModels.VOCABULARY; i++) {
      lines.add("w" + i);
    }
    Files.write(directory.resolve("vocab.txt"), lines);
    return TextTokenizer.load(directory, 16);
  }

  /** Examples of three classes (or a target in [0, 2]) and of several lengths. */
  static EncodedSplit split(String name, int count, boolean regression, TextTokenizer tokenizer) {
    Random random = new Random(name.hashCode());
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int answer = random.nextInt(3);
      StringBuilder text = new StringBuilder("w" + answer);
      for (int k = random.nextInt(8); k >= 0; k--) {
        text.append(" w").append(3 + random.nextInt(40));
      }
      examples.add(
          regression
              ? Example.ofTarget(text.toString(), null, answer)
              : Example.ofClass(text.toString(), null, answer));
    }
    return EncodedSplit.of(new Split(name, examples), tokenizer);
  }
}
