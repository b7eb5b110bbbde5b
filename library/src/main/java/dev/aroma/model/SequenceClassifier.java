package dev.aroma.model;

import dev.aroma.nn.Module;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * An encoder with a head that gives each sequence one score a class, or a single number (regression
 * with one label), as transformers' {@code …ForSequenceClassification}.
 */
public abstract class SequenceClassifier extends Module {
  private final List<String> head;
  private DType computeType = DType.F32;

  /**
   * Declares a classifier.
   *
   * @param head paths of the modules that make up the head
   */
  protected SequenceClassifier(List<String> head) {
    this.head = List.copyOf(head);
  }

  /**
   * The head's scores.
   *
   * @return float32 (batch, labels)
   */
  public abstract Tensor logits(Inputs inputs);

  /**
   * Paths of the modules that make up the head: trained by every method, and initialised where a
   * checkpoint lacks them.
   */
  public final List<String> head() {
    return head;
  }

  /** Longest sequence in tokens, special ones included. */
  public abstract int maxLength();

  /** Number of token ids that the embedding has rows for. */
  public abstract int vocabularySize();

  /** Standard deviation of the weights of layers that a checkpoint lacks. */
  public abstract double initializerRange();

  /** transformers' class name, such as {@code BertForSequenceClassification}. */
  public abstract String architecture();

  /** Element type of activations: float32, or bfloat16. */
  public final DType computeType() {
    return computeType;
  }

  /** Sets the element type of activations. */
  public final void computeType(DType dtype) {
    this.computeType = dtype;
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

  /** Whether a parameter belongs to the head. */
  public final boolean inHead(String parameter) {
    return head().stream().anyMatch(h -> parameter.startsWith(h + "."));
  }
}
