package dev.aroma.generate;

import dev.aroma.input.InputException;
import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.KeyValueCache;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Continues prompts with a decoder.
 *
 * <p>All prompts of a call are one batch: its memory is that of the longest, times their number,
 * times the beams. A prompt's continuation does not depend on the others but for rounding.
 */
public final class Generator {
  private final CausalModel model;
  private final Device device;
  private final Set<Integer> ends;

  /**
   * For one model.
   *
   * @param model loaded, not training
   * @param device where it is
   * @param ends ids of the tokens that end a text; may be empty
   */
  public Generator(CausalModel model, Device device, Set<Integer> ends) {
    this.model = model;
    this.device = device;
    this.ends = Set.copyOf(ends);
  }

  /**
   * Continues prompts.
   *
   * @param prompts token ids, each one or more and fewer than the model's maximum
   * @return what follows each prompt, without the token that ended it
   */
  public List<int[]> generate(List<int[]> prompts, Decoding how) {
    return generate(prompts, how, (prompt, id) -> {});
  }

  /**
   * Continues prompts and tells of tokens as they come; a beam search tells at its end, for no
   * token is certain before.
   */
  public List<int[]> generate(List<int[]> prompts, Decoding how, TokenListener listener) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    checkBeams(how);
    Prompts padded = new Prompts(prompts, model.maxLength(), model.vocabularySize());
    int[] limits = prompts.stream().mapToInt(p -> limit(p, how)).toArray();
    try (NoGrad guard = NoGrad.open();
        KeyValueCache cache = cache(padded, limits)) {
      if (how.beams() == 1) {
        return new SingleSearch(this, how, limits, listener).run(padded.inputs(device), cache);
      }
      List<int[]> found = new BeamSearch(this, how, limits).run(padded.inputs(device), cache);
      for (int i = 0; i < found.size(); i++) {
        for (int id : found.get(i)) {
          listener.chosen(i, id);
        }
      }
      return found;
    }
  }

  /**
   * The refusal of a prompt that leaves no room for a new token.
   *
   * @param prompt its number, from 0
   * @param found how many tokens it has
   */
  static InputException tooLong(int prompt, String found, int limit) {
    return new InputException(
        "prompt %d: expected fewer than the model's %d tokens, found %s"
            .formatted(prompt + 1, limit, found),
        "shorten the prompt; the model has no positions for more",
        "prompt-too-long");
  }

  /** A search takes its candidates from the first token's scores too. */
  private void checkBeams(Decoding how) {
    int most = model.vocabularySize() / (1 + ends.size());
    if (how.beams() > Math.max(1, most)) {
      throw new InputException(
          "generation, beams: expected at most %d for a vocabulary of %d, found %d"
              .formatted(most, model.vocabularySize(), how.beams()),
          "give fewer beams",
          "generation-options");
    }
  }

  /** Positions end somewhere. */
  private int limit(int[] prompt, Decoding how) {
    return Math.min(how.maxNewTokens(), model.maxLength() - prompt.length);
  }

  private KeyValueCache cache(Prompts prompts, int[] limits) {
    int most = 0;
    for (int limit : limits) {
      most = Math.max(most, limit);
    }
    return model.cache(limits.length, prompts.length() + most);
  }

  boolean ends(int id) {
    return ends.contains(id);
  }

  int ends() {
    return ends.size();
  }

  /** Scores of the token after the last one, float32 (rows, vocabulary). */
  Tensor scores(Inputs inputs, KeyValueCache cache) {
    Tensor states = model.next(inputs, cache); // (rows, length, hidden)
    return model.scores(states.select(1, states.size(1) - 1)).to(DType.F32);
  }

  /** One token for each row. */
  Inputs next(long[] ids) {
    return new Inputs(Tensor.of(ids, ids.length, 1).to(device), null, null);
  }

  Tensor rows(long[] rows) {
    return Tensor.of(rows, rows.length).to(device);
  }
}
