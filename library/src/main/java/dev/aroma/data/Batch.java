package dev.aroma.data;

import dev.aroma.text.Encoding;
import java.util.Arrays;

/**
 * Examples that go through the model together: plain arrays, row after row.
 *
 * <p>With {@code size} B and {@code length} T, cell (b, t) of an array of shape (B, T) is at index
 * b T + t. Padding is on the right. The arrays are shared, not copied: a batch is read, never
 * written.
 */
public final class Batch {
  /** The label of a token that is not learned. */
  public static final long NOT_LEARNED = -100;

  private final int length;
  private final int[] index;
  private final long[] inputIds;
  private final long[] attentionMask;
  private final long[] typeIds;
  private final int[] labels;
  private final float[] targets;
  private long[] tokenLabels = {}; // until there are some
  private final int padId;
  private int tokens;

  /**
   * All padding; {@link #fill} writes the rows.
   *
   * @param index of the examples in their split
   * @param longest tokens of any of them
   * @param multiple that the rows' length is rounded up to
   * @param most that it is rounded up to at most; never below {@code longest}
   */
  static Batch padded(int[] index, int longest, int multiple, int most, int padId) {
    int rounded = (longest + multiple - 1) / multiple * multiple;
    return new Batch(index, Math.max(longest, Math.min(rounded, most)), padId);
  }

  /** All padding, of a given length. */
  Batch(int[] index, int length, int padId) {
    int size = index.length;
    this.length = length;
    this.padId = padId;
    this.index = index;
    this.inputIds = new long[size * length];
    this.attentionMask = new long[size * length];
    this.typeIds = new long[size * length];
    this.labels = new int[size];
    this.targets = new float[size];
    Arrays.fill(inputIds, padId);
  }

  void fill(int row, Encoding encoding, Example example) {
    int start = row * length;
    for (int t = 0; t < encoding.length(); t++) {
      inputIds[start + t] = encoding.ids()[t];
      typeIds[start + t] = encoding.typeIds()[t];
      attentionMask[start + t] = 1;
    }
    labels[row] = example.label();
    targets[row] = (float) example.target();
    tokens += encoding.length();
  }

  /**
   * A row that is learned token by token.
   *
   * @param learned where its labels begin
   */
  void fill(int row, int[] ids, int learned) {
    if (tokenLabels.length == 0) {
      tokenLabels = new long[inputIds.length];
      Arrays.fill(tokenLabels, NOT_LEARNED);
    }
    int start = row * length;
    for (int t = 0; t < ids.length; t++) {
      inputIds[start + t] = ids[t];
      attentionMask[start + t] = 1;
      tokenLabels[start + t] = t < learned ? NOT_LEARNED : ids[t];
    }
    labels[row] = -1;
    targets[row] = Float.NaN;
    tokens += ids.length;
  }

  /**
   * A copy of its first examples alone, padded to the same length.
   *
   * @param rows from 1 to {@link #size}
   */
  public Batch first(int rows) {
    Batch part = new Batch(Arrays.copyOf(index, rows), length, padId);
    int cells = rows * length;
    System.arraycopy(inputIds, 0, part.inputIds, 0, cells);
    System.arraycopy(attentionMask, 0, part.attentionMask, 0, cells);
    System.arraycopy(typeIds, 0, part.typeIds, 0, cells);
    System.arraycopy(labels, 0, part.labels, 0, rows);
    System.arraycopy(targets, 0, part.targets, 0, rows);
    part.tokenLabels = tokenLabels.length == 0 ? tokenLabels : Arrays.copyOf(tokenLabels, cells);
    part.tokens = (int) Arrays.stream(part.attentionMask).sum();
    return part;
  }

  /** The number of examples B. */
  public int size() {
    return index.length;
  }

  /** The number of tokens T to which each is padded. */
  public int length() {
    return length;
  }

  /** Token ids, shape (B, T). */
  public long[] inputIds() {
    return inputIds;
  }

  /** The id at padding. */
  public int padId() {
    return padId;
  }

  /** 1 for a token and 0 for padding, shape (B, T). */
  public long[] attentionMask() {
    return attentionMask;
  }

  /** Segments, 0 or 1, 0 at padding; shape (B, T). */
  public long[] typeIds() {
    return typeIds;
  }

  /** Classes, shape (B); all -1 in a regression task. */
  public int[] labels() {
    return labels;
  }

  /** Values, shape (B); all NaN in a classification task. */
  public float[] targets() {
    return targets;
  }

  /**
   * The token at each cell where it is to be predicted from those before it, else {@link
   * #NOT_LEARNED}; shape (B, T), and empty where whole texts are judged.
   */
  public long[] tokenLabels() {
    return tokenLabels;
  }

  /** Where each example stands in its split, shape (B): restores the order of the split. */
  public int[] index() {
    return index;
  }

  /** How many of the B T cells are tokens and not padding. */
  public int tokens() {
    return tokens;
  }
}
