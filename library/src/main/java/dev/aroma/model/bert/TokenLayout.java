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
  private final Draft draft;
  private final BertConfig config;
  private final Node ids; // (batch, length)
  private final Node tokens; // (tokens), their places in (batch · length); null without padding
  private final Node places; // (batch, length), which token each is; any one at padding
  private final Node scores; // (batch, 1, 1, length), added to attention's

  private TokenLayout(
      Draft draft, BertConfig config, Node ids, Node tokens, Node places, Node scores) {
    this.draft = draft;
    this.config = config;
    this.ids = ids;
    this.tokens = tokens;
    this.places = places;
    this.scores = scores;
  }

  /**
   * Nothing is padded.
   *
   * @param ids (batch, length)
   */
  static TokenLayout whole(Draft draft, BertConfig config, Node ids) {
    return new TokenLayout(draft, config, ids, null, null, null);
  }

  /**
   * Sequences are padded on the right.
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
        ids,
        draft.nonZero(flat),
        draft.viewAs(counted, mask),
        draft.unsqueeze(draft.unsqueeze(draft.mul(padding, Encoder.MASKED), 1), 1));
  }

  /** Ids of some kind, (batch, length), as tokens are held. */
  Node held(Node some) {
    return withoutPadding(draft.flatten(some, 0, 1));
  }

  private Node withoutPadding(Node x) {
    return tokens == null ? x : draft.rows(x, tokens);
  }

  /** The first token of each sequence, (batch, width). */
  Node first(Node x) {
    return tokens == null
        ? draft.everyNthRow(x, draft.size(ids, 1))
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
    return draft.heads(spread, draft.size(ids, 1), parts, config.heads(), config.headSize());
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
