package dev.aroma.model;

import dev.aroma.nn.Module;
import dev.aroma.tensor.DType;
import java.util.List;

/** A network that a checkpoint fills: what loading, fine-tuning and saving need to know of it. */
public abstract class Transformer extends Module {
  private final List<String> head;
  private DType computeType = DType.F32;

  /**
   * Declares a network.
   *
   * @param head paths of the modules that make up the head; empty where there is none
   */
  protected Transformer(List<String> head) {
    this.head = List.copyOf(head);
  }

  /**
   * Paths of the modules that make up the head: trained by every method, and initialised where a
   * checkpoint lacks them. A language model has none: its scores come from the checkpoint.
   */
  public final List<String> head() {
    return head;
  }

  /** Whether a parameter belongs to the head. */
  public final boolean inHead(String parameter) {
    return head.stream().anyMatch(module -> parameter.startsWith(module + "."));
  }

  /** Longest sequence in tokens, special ones included. */
  public abstract int maxLength();

  /** Number of token ids that the embedding has rows for. */
  public abstract int vocabularySize();

  /** Standard deviation of the weights of layers that a checkpoint lacks. */
  public abstract double initializerRange();

  /** transformers' class name, such as {@code BertForSequenceClassification}. */
  public abstract String architecture();

  /** PEFT's name for what it does: {@code SEQ_CLS} or {@code CAUSAL_LM}. */
  public abstract String taskType();

  /** Element type of activations: float32, or bfloat16. */
  public final DType computeType() {
    return computeType;
  }

  /** Sets the element type of activations. */
  public final void computeType(DType dtype) {
    this.computeType = dtype;
  }
}
