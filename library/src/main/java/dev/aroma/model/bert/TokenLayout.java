package dev.aroma.model.bert;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;

/**
 * How a program holds the tokens of a batch: (batch, length, …) where nothing is padded, else
 * (tokens, …), without padding, which only attention has to see.
 */
final class TokenLayout {
  private final Draft draft;
  private final Node
      tokens; // their places in (batch · length), (tokens); null if nothing is padded
  private final Node places; // (batch, length), which token each is; any one at padding
  private final Node scores; // (batch, 1, 1, length), added to attention's

  private TokenLayout(Draft draft, Node tokens, Node places, Node scores) {
    this.draft = draft;
    this.tokens = tokens;
    this.places = places;
    this.scores = scores;
  }

  /** Nothing is padded. */
  static TokenLayout whole(Draft draft) {
    return new TokenLayout(draft, null, null, null);
  }

  /**
   * Sequences are padded on the right.
   *
   * @param mask int64 (batch, length), 1 for a token and 0 for padding
   */
  static TokenLayout padded(Draft draft, Node mask) {
    Node flat = draft.flatten(mask, 0, 1);
    Node counted = draft.atLeast(draft.add(draft.cumulativeSum(flat, 0), -1), 0);
    Node padding = draft.add(draft.mul(draft.to(mask, DType.F32), -1), 1);
    return new TokenLayout(
        draft,
        draft.nonZero(flat),
        draft.viewAs(counted, mask),
        draft.unsqueeze(draft.unsqueeze(draft.mul(padding, Encoder.MASKED), 1), 1));
  }

  /** From (batch, length, …) to how tokens are held; of ids, (batch, length), alike. */
  Node held(Node x) {
    return tokens == null ? x : draft.rows(draft.flatten(x, 0, 1), tokens);
  }

  /** From how tokens are held, with a width, to (batch, length, width). */
  Node spread(Node x) {
    return tokens == null ? x : draft.embedding(x, places);
  }

  /** The first token of each sequence, (batch, width). */
  Node first(Node x) {
    return tokens == null ? draft.select(x, 1, 0) : draft.rows(x, draft.select(places, 1, 0));
  }

  /** What is added to attention's scores, or null. */
  Node scores() {
    return scores;
  }
}
