package dev.aroma.model;

import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A decoder that scores the next token at every position, as transformers' {@code …ForCausalLM}.
 *
 * <p>States and scores are apart so that nobody computes scores that he does not read: a batch of
 * 1,024 tokens has half a gigabyte of them where the vocabulary has 128,256 words.
 */
public abstract class CausalModel extends Transformer {
  /** Declares a decoder: it has no head of its own to be trained by every method. */
  protected CausalModel() {
    super(List.of());
  }

  @Override
  public final String taskType() {
    return "CAUSAL_LM";
  }

  /**
   * Last hidden states, normalised, of whole sequences.
   *
   * @param inputs padded on the left or on the right; types are not read
   * @return (batch, length, hidden) in the compute type; of no meaning at padding
   */
  public abstract Tensor states(Inputs inputs);

  /**
   * Scores of the next token.
   *
   * @param states (…, hidden) in the compute type
   * @return (…, vocabulary) in the compute type
   */
  public abstract Tensor scores(Tensor states);
}
