package dev.aroma.generate;

import dev.aroma.input.InputException;
import dev.aroma.model.Inputs;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** Prompts of one batch, padded on the left so that all of them are continued at one place. */
final class Prompts {
  private final List<int[]> ids;
  private final int length;

  /**
   * Checks prompts.
   *
   * @param limit most tokens of a sequence
   * @param vocabulary number of ids
   */
  Prompts(List<int[]> ids, int limit, int vocabulary) {
    this.ids = ids;
    int longest = 0;
    for (int i = 0; i < ids.size(); i++) {
      check(i, ids.get(i), limit, vocabulary);
      longest = Math.max(longest, ids.get(i).length);
    }
    this.length = longest;
  }

  private static void check(int number, int[] prompt, int limit, int vocabulary) {
    if (prompt.length == 0) {
      throw new InputException(
          "prompt %d: expected a token or more, found none".formatted(number + 1),
          "give a text; this tokenizer puts no token before an empty one",
          "prompt-empty");
    }
    if (prompt.length >= limit) {
      throw tooLong(number, String.valueOf(prompt.length), limit);
    }
    for (int id : prompt) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException("id %d of %d".formatted(id, vocabulary));
      }
    }
  }

  static InputException tooLong(int number, String found, int limit) {
    return new InputException(
        "prompt %d: expected fewer than the model's %d tokens, found %s"
            .formatted(number + 1, limit, found),
        "shorten the prompt; the model has no positions for more",
        "prompt-too-long");
  }

  /** Tokens of the longest. */
  int length() {
    return length;
  }

  /** Tokens and, where lengths differ, the mask. */
  Inputs inputs(Device device) {
    long[] padded = new long[ids.size() * length];
    long[] mask = new long[padded.length];
    boolean even = true;
    for (int row = 0; row < ids.size(); row++) {
      int[] prompt = ids.get(row);
      int at = (row + 1) * length - prompt.length;
      for (int i = 0; i < prompt.length; i++) {
        padded[at + i] = prompt[i];
        mask[at + i] = 1;
      }
      even &= prompt.length == length;
    }
    return new Inputs(
        Tensor.of(padded, ids.size(), length).to(device),
        null,
        even ? null : Tensor.of(mask, ids.size(), length).to(device));
  }
}
