package dev.aroma.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.JsonConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The {@code tokenizer_config.json} beside a merged model's {@code tokenizer.json}: how long its
 * texts were, and what transformers' AutoTokenizer needs to know.
 */
final class MergedTokenizer {
  private static final String FILE = "tokenizer_config.json";
  private static final String LONGEST = "model_max_length";
  private static final int SHORTEST = 3; // what a tokenizer takes at least

  private MergedTokenizer() {}

  /**
   * Writes the file.
   *
   * @param maxLength tokens that the model was trained on at most
   * @param model config of the model
   */
  static void write(Path directory, int maxLength, JsonConfig model) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast").put(LONGEST, maxLength);
    ArrayNode inputs = json.putArray("model_input_names").add("input_ids");
    if (model.requireString("model_type").equals("bert")) {
      inputs.add("token_type_ids"); // the others were trained without
    }
    inputs.add("attention_mask");
    AtomicFile.writeText(directory.resolve(FILE), json.toPrettyString() + "\n");
  }

  /**
   * What {@link #write} wrote.
   *
   * @param positions of the model: the answer where there is no file, or one that says nothing
   *     usable; transformers writes 10³⁰ for "unknown"
   */
  static int maxLength(Path directory, int positions) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return positions;
    }
    JsonNode longest = JsonConfig.read(file).json().path(LONGEST);
    boolean usable = longest.canConvertToInt() && longest.intValue() >= SHORTEST;
    return usable ? Math.min(longest.intValue(), positions) : positions;
  }
}
