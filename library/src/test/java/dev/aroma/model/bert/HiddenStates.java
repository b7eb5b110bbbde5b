package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** The encoder's own output, for tests of other packages. */
public final class HiddenStates {
  private HiddenStates() {}

  /** The last hidden state, (batch, length, hidden). */
  public static Tensor last(SequenceClassifier model, Inputs inputs) {
    List<Tensor> states = ((EncoderClassifier) model).hiddenStates(inputs);
    return states.get(states.size() - 1);
  }
}
