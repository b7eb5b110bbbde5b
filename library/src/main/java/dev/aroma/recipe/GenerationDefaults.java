package dev.aroma.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.generate.Decoding;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.JsonConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a checkpoint wants to be continued: {@code generation_config.json}, and {@code config.json}
 * where that does not say.
 */
final class GenerationDefaults {
  private static final String FILE = "generation_config.json";
  private static final int MAX_NEW_TOKENS = 256;
  private static final int TOP_K = 50; // transformers' own, where a model samples and says nothing

  private final JsonConfig generation; // null where there is no such file
  private final JsonConfig model;

  private GenerationDefaults(JsonConfig generation, JsonConfig model) {
    this.generation = generation;
    this.model = model;
  }

  static GenerationDefaults of(HfDirectory directory) {
    Optional<Path> file = directory.file(FILE);
    return new GenerationDefaults(file.map(JsonConfig::read).orElse(null), directory.config());
  }

  /** Ids that end a text; empty where neither file names one. */
  Set<Integer> ends() {
    boolean own = generation != null && generation.has("eos_token_id");
    JsonConfig from = own ? generation : model;
    JsonNode found = from.json().path("eos_token_id");
    Set<Integer> ends = new TreeSet<>();
    if (found.isMissingNode() || found.isNull()) {
      return ends;
    }
    for (JsonNode id : found.isArray() ? found : from.json().arrayNode().add(found)) {
      if (!id.canConvertToInt() || id.intValue() < 0) {
        throw from.wrong("eos_token_id", "a token id, or a list of them");
      }
      ends.add(id.intValue());
    }
    return ends;
  }

  /** The model's own way of choosing. */
  Decoding decoding() {
    if (generation == null) {
      return Decoding.greedy(MAX_NEW_TOKENS);
    }
    boolean samples = generation.optBoolean("do_sample", false);
    int beams = samples ? 1 : generation.optInt("num_beams", 1);
    return new Decoding(
        generation.optInt("max_new_tokens", MAX_NEW_TOKENS),
        beams,
        samples ? generation.optDouble("temperature", 1) : 0,
        samples ? generation.optInt("top_k", TOP_K) : 0,
        samples ? generation.optDouble("top_p", 1) : 1,
        generation.optDouble("length_penalty", 1),
        generation.json().path("early_stopping").asBoolean(false),
        0);
  }
}
