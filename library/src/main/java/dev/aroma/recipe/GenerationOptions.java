package dev.aroma.recipe;

import dev.aroma.generate.Decoding;

/**
 * What somebody asks of a generation; null leaves the model's own way.
 *
 * @param maxNewTokens most tokens to write
 * @param beams hypotheses of a beam search
 * @param temperature 0 takes the likeliest token; above, tokens are drawn
 * @param topK draws from so many tokens; 0 from all
 * @param topP draws from the likeliest tokens with this probability together
 * @param seed of what is drawn
 */
public record GenerationOptions(
    Integer maxNewTokens, Integer beams, Double temperature, Integer topK, Double topP, Long seed) {
  /** Everything as the model has it. */
  public static final GenerationOptions NONE =
      new GenerationOptions(null, null, null, null, null, null);

  /** With what was not given from a model's own way; who asks for beams does not draw. */
  Decoding over(Decoding own) {
    boolean search = beams != null && beams > 1 && temperature == null;
    boolean draws = topK != null || topP != null; // asked for without a temperature: 1
    double otherwise = search ? 0 : draws && own.temperature() == 0 ? 1 : own.temperature();
    double chosen = temperature == null ? otherwise : temperature;
    int following = beams == null ? (chosen > 0 ? 1 : own.beams()) : beams;
    return new Decoding(
        maxNewTokens == null ? own.maxNewTokens() : maxNewTokens,
        following,
        chosen,
        topK == null ? own.topK() : topK,
        topP == null ? own.topP() : topP,
        own.lengthPenalty(),
        own.earlyStopping(),
        seed == null ? own.seed() : seed);
  }
}
