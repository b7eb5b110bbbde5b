package dev.aroma.generate;

import dev.aroma.input.InputException;

/**
 * How the next tokens are chosen.
 *
 * @param maxNewTokens most tokens to write, from 1
 * @param beams hypotheses that are followed at a time; 1 follows the one
 * @param temperature 0 takes the likeliest token; above, tokens are drawn from the softmax of the
 *     scores divided by it
 * @param topK draws from so many of the likeliest tokens only; 0 from all
 * @param topP draws from the likeliest tokens that have this probability together, above 0 to 1
 *     (Holtzman et al. 2020)
 * @param lengthPenalty beams are compared by their log-probability over length to this power
 * @param earlyStopping whether a beam search ends once there are as many ended hypotheses as beams,
 *     though better ones may be under way
 * @param seed of what is drawn; each prompt has numbers of its own, whatever others come with it
 */
public record Decoding(
    int maxNewTokens,
    int beams,
    double temperature,
    int topK,
    double topP,
    double lengthPenalty,
    boolean earlyStopping,
    long seed) {
  /** Checks every number. */
  public Decoding {
    check(maxNewTokens >= 1, "max-new-tokens", "1 or more", maxNewTokens);
    check(beams >= 1 && beams <= 1000, "beams", "1 to 1000", beams);
    check(temperature >= 0 && temperature < 1e6, "temperature", "0 or more", temperature);
    check(topK >= 0, "top-k", "0 or more", topK);
    check(topP > 0 && topP <= 1, "top-p", "a number above 0 and up to 1", topP);
    check(Double.isFinite(lengthPenalty), "length-penalty", "a finite number", lengthPenalty);
    if (beams > 1 && temperature > 0) {
      throw new InputException(
          "generation: expected beams or a temperature, found both (%d, %s)"
              .formatted(beams, temperature),
          "beam search takes the likeliest, a temperature draws: choose one",
          "generation-options");
    }
  }

  private static void check(boolean holds, String option, String expected, Object found) {
    if (!holds) {
      throw new InputException(
          "generation, %s: expected %s, found %s".formatted(option, expected, found),
          "give a value in that range",
          "generation-options");
    }
  }

  /** The likeliest token each time. */
  public static Decoding greedy(int maxNewTokens) {
    return new Decoding(maxNewTokens, 1, 0, 0, 1, 1, false, 0);
  }

  /** The likeliest sequence that a search with so many beams finds. */
  public static Decoding beams(int beams, int maxNewTokens) {
    return new Decoding(maxNewTokens, beams, 0, 0, 1, 1, false, 0);
  }

  /** Tokens drawn at random. */
  public static Decoding sampling(
      int maxNewTokens, double temperature, int topK, double topP, long seed) {
    return new Decoding(maxNewTokens, 1, temperature, topK, topP, 1, false, seed);
  }
}
