package dev.aroma.model;

import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * An encoder with a head that gives each sequence one score a class, or a single number (regression
 * with one label), as transformers' {@code …ForSequenceClassification}.
 */
public abstract class SequenceClassifier extends Transformer {
  /**
   * Declares a classifier.
   *
   * @param head paths of the modules that make up the head
   */
  protected SequenceClassifier(List<String> head) {
    super(head);
  }

  /**
   * The head's scores.
   *
   * @return float32 (batch, labels)
   */
  public abstract Tensor logits(Inputs inputs);

  @Override
  public final String taskType() {
    return "SEQ_CLS";
  }

  /**
   * Passes of its own over the model as it is now, adapters included; to be asked for anew when
   * weights or adapters have changed other than by the optimiser.
   *
   * @return none where it has none that compute what {@link #logits} does
   */
  public Optional<DirectPasses> directPasses() {
    return Optional.empty();
  }

  /**
   * A forward pass for a model that will not change any more; it has memory of its own.
   *
   * @return none where there is no quicker one than {@link #logits}
   */
  public Optional<Scorer> scorer() {
    return Optional.empty();
  }

  /**
   * Puts learned tokens before every sequence (prompt tuning); the head then reads the first of
   * them. Types of tokens are no longer told apart, as in PEFT.
   *
   * @param embeddings (tokens, hidden), which must live as long as they are used; null for none
   * @throws IllegalArgumentException if they do not fit the model
   */
  public abstract void prompt(Tensor embeddings);

  /**
   * Lets every layer attend to learned keys and values before those of the sequence (prefix
   * tuning), whose positions move on by as many.
   *
   * @param keysAndValues (tokens, layers · 2 · hidden), keys before values in each layer, which
   *     must live as long as they are used; null for none
   * @throws IllegalArgumentException if they do not fit the model
   */
  public abstract void prefix(Tensor keysAndValues);
}
