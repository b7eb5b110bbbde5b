package dev.aroma.model.bert;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import java.util.List;

/**
 * How a program holds the tokens of a batch: one after another, (tokens, …), without the padding
 * that only attention has to see.
 */
final class TokenLayout {
  /**
   * Many tokens are filled up to a multiple of it: oneDNN makes a kernel ready for each number of
   * rows, which takes milliseconds and memory, and hardly two batches have as many tokens.
   */
  private static final int MULTIPLE = 16;

  /** So many tokens that filling them up costs little. */
  private static final int MANY = 256;

  private final Draft draft;
  private final BertConfig config;
  private final Node length; // of a sequence, padding included
  private final Node tokens; // (tokens), their places in (batch · length); null without padding
  private final Node places; // (batch, length), which token each is; any one at padding
  private final Node scores; // (batch, 1, 1, length), added to attention's
  private final boolean few;

  private TokenLayout(
      Draft draft,
      BertConfig config,
      Node length,
      Node tokens,
      Node places,
      Node scores,
      boolean few) {
    this.draft = draft;
    this.config = config;
    this.length = length;
    this.tokens = tokens;
    this.places = places;
    this.scores = scores;
    this.few = few;
  }

  /**
   * Nothing is padded.
   *
   * @param ids (batch, length)
   * @param few whether they are those of a sentence or two
   */
  static TokenLayout whole(Draft draft, BertConfig config, Node ids, boolean few) {
    return new TokenLayout(draft, config, draft.size(ids, 1), null, null, null, few);
  }

  /**
   * Sequences are padded on the right. Behind many tokens the first comes again a few times.
   *
   * @param mask int64 (batch, length), 1 for a token and 0 for padding
   */
  static TokenLayout padded(Draft draft, BertConfig config, Node ids, Node mask) {
    Node flat = draft.flatten(mask, 0, 1);
    Node counted = draft.atLeast(draft.add(draft.cumulativeSum(flat, 0), -1), 0);
    Node padding = draft.add(draft.mul(draft.to(mask, DType.F32), -1), 1);
    return new TokenLayout(
        draft,
        config,
        draft.size(ids, 1),
        draft.filledUp(draft.nonZero(flat), MULTIPLE, MANY),
        draft.viewAs(counted, mask),
        draft.unsqueeze(draft.unsqueeze(draft.mul(padding, Encoder.MASKED), 1), 1),
        false);
  }

  /** Whether there are few tokens, for which the beginning of an operation is most of it. */
  boolean few() {
    return few;
  }

  /** What each place has, (batch, length, …), as tokens are held: (tokens, …). */
  Node held(Node some) {
    return withoutPadding(draft.flatten(some, 0, 1));
  }

  private Node withoutPadding(Node x) {
    return tokens == null ? x : draft.rows(x, tokens);
  }

  /** The first token of each sequence, (batch, width). */
  Node first(Node x) {
    return tokens == null
        ? draft.everyNthRow(x, length)
        : draft.rows(x, draft.select(places, 1, 0));
  }

  /**
   * Projections of tokens, side by side, for attention.
   *
   * @param x (tokens, parts · hidden)
   * @return as many of (batch, heads, length, headSize)
   */
  List<Node> heads(Node x, int parts) {
    Node spread = tokens == null ? x : draft.embedding(x, places);
    return draft.heads(spread, length, parts, config.heads(), config.headSize());
  }

  /** One query a sequence, (batch, hidden), as (batch, heads, 1, headSize). */
  Node queries(Node x) {
    return draft.heads(x, draft.whole(1), 1, config.heads(), config.headSize()).get(0);
  }

  /**
   * Attention by all tokens.
   *
   * @return as tokens are held, (tokens, hidden)
   */
  Node attention(Node q, Node k, Node v) {
    return withoutPadding(attentionOfFirst(q, k, v));
  }

  /** Attention by one query a sequence: (batch, hidden). */
  Node attentionOfFirst(Node q, Node k, Node v) {
    return draft.attention(q, k, v, scores, config.hiddenSize());
  }
}
