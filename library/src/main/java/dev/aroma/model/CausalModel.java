package dev.aroma.model;

import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

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
   * @param inputs padded on the left or on the right; types are not read. No token sees what comes
   *     after it, so a mask is not needed for padding on the right: null is faster then.
   * @return (batch, length, hidden) in the compute type; of no meaning at padding
   */
  public final Tensor states(Inputs inputs) {
    Tensor x = embed(inputs.ids());
    for (UnaryOperator<Tensor> stage : stages(inputs)) {
      Tensor before = x;
      x = Scope.only(() -> stage.apply(before));
    }
    return x;
  }

  /**
   * The states before the first stage.
   *
   * @param ids int64 (batch, length)
   * @return (batch, length, hidden) in the compute type
   */
  public abstract Tensor embed(Tensor ids);

  /**
   * What {@link #states} does after embedding, one after the other: a stage maps the states (batch,
   * length, hidden) before it to those after it. It can be run again while the scope of this call
   * is open, and computes the same then but for dropout.
   */
  public abstract List<UnaryOperator<Tensor>> stages(Inputs inputs);

  /**
   * Scores of the next token.
   *
   * @param states (…, hidden) in the compute type
   * @return (…, vocabulary) in the compute type
   */
  public abstract Tensor scores(Tensor states);

  /**
   * Memory for the keys and values of sequences that are read bit by bit; the caller closes it.
   *
   * @param rows number of sequences
   * @param capacity most tokens of a sequence, padding included
   */
  public abstract KeyValueCache cache(int rows, int capacity);

  /**
   * Last hidden states, normalised, of the tokens that follow those in a cache, which then has them
   * too. No gradients.
   *
   * @param inputs the same number of tokens, 1 or more, for each row; padding on the left of the
   *     first ones only
   * @return (rows, length, hidden) in the compute type
   * @throws IllegalArgumentException if the cache has no room for them
   */
  public abstract Tensor next(Inputs inputs, KeyValueCache cache);
}
