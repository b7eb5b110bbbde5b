package dev.aroma.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Text from tokens that come one by one. A token need not be a whole character, and what it reads
 * as may depend on those before it: text is given out once it is certain.
 */
public final class TokenStream {
  private static final int CONTEXT = 6; // tokens that decide about spaces between words
  private static final char BROKEN = '\uFFFD';

  private final TextTokenizer tokenizer;
  private final List<Integer> ids = new ArrayList<>();
  private int from; // of the tokens that are decoded again
  private int told; // tokens whose text was given out

  /**
   * Begins behind a text.
   *
   * @param before its tokens, which are not given out
   */
  public TokenStream(TextTokenizer tokenizer, int[] before) {
    this.tokenizer = tokenizer;
    for (int id : before) {
      ids.add(id);
    }
    this.told = ids.size();
    this.from = Math.max(0, told - CONTEXT);
  }

  /** Takes a token; returns the text that is certain now and was not before, or nothing. */
  public String next(int id) {
    ids.add(id);
    String fresh = fresh();
    if (fresh.isEmpty() || fresh.charAt(fresh.length() - 1) == BROKEN) {
      return "";
    }
    from = told;
    told = ids.size();
    return fresh;
  }

  /** The rest, be it broken. */
  public String end() {
    String fresh = fresh();
    told = ids.size();
    return fresh;
  }

  private String fresh() {
    String known = decode(from, told);
    String all = decode(from, ids.size());
    return all.length() <= known.length() ? "" : all.substring(known.length());
  }

  private String decode(int begin, int end) {
    return tokenizer.decode(ids.subList(begin, end).stream().mapToInt(id -> id).toArray());
  }
}
