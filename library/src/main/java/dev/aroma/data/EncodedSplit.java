package dev.aroma.data;

import dev.aroma.text.Encoding;
import dev.aroma.text.TextTokenizer;
import java.util.List;

/** A split of texts or pairs with one answer each. */
public final class EncodedSplit implements BatchSource {
  private final String name;
  private final List<Encoding> encodings;
  private final List<Example> examples;
  private final int padId;
  private final int maxLength;

  /**
   * Token ids beside the examples that they come from.
   *
   * @param encodings one an example, in the order of the split
   * @param padId fills up a batch
   * @param maxLength no batch is padded beyond it
   */
  EncodedSplit(Split split, List<Encoding> encodings, int padId, int maxLength) {
    this.name = split.name();
    this.examples = split.examples();
    this.encodings = encodings;
    this.padId = padId;
    this.maxLength = maxLength;
  }

  /** Tokenizes a split, pairs as pairs, on all cores. */
  public static EncodedSplit of(Split split, TextTokenizer tokenizer) {
    List<String> texts = split.examples().stream().map(Example::text).toList();
    boolean pairs = split.examples().stream().anyMatch(e -> e.pair() != null);
    List<Encoding> encodings =
        pairs
            ? tokenizer.encodeAll(texts, split.examples().stream().map(Example::pair).toList())
            : tokenizer.encodeAll(texts);
    return new EncodedSplit(split, encodings, tokenizer.padId(), tokenizer.maxLength());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return encodings.size();
  }

  @Override
  public int truncated() {
    return (int) encodings.stream().filter(Encoding::truncated).count();
  }

  /** The example at an index of the split. */
  public Example example(int index) {
    return examples.get(index);
  }

  @Override
  public int[] lengths() {
    return encodings.stream().mapToInt(Encoding::length).toArray();
  }

  @Override
  public Batch batch(int[] index, int multiple) {
    int longest = 0;
    for (int i : index) {
      longest = Math.max(longest, encodings.get(i).length());
    }
    Batch batch = Batch.padded(index, longest, multiple, maxLength, padId);
    for (int row = 0; row < index.length; row++) {
      batch.fill(row, encodings.get(index[row]), examples.get(index[row]));
    }
    return batch;
  }
}
