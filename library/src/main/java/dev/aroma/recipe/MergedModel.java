package dev.aroma.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.RawTensor;
import dev.aroma.io.ShardedWriter;
import dev.aroma.model.Transformer;
import dev.aroma.tensor.DType;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model with what it learned in its weights, as a Hugging Face directory in float32. */
final class MergedModel {
  /** What transformers reads beside a decoder's weights and tokenizer.json. */
  private static final List<String> SETTINGS =
      List.of(
          "tokenizer_config.json",
          "special_tokens_map.json",
          "generation_config.json",
          "chat_template.jinja");

  private MergedModel() {}

  /**
   * Refuses an adapter that is attached and no part of the weights.
   *
   * @param adapter null for none
   * @param options of the run
   */
  static void requireMerged(AppliedAdapter adapter, RunOptions options) {
    if (adapter != null && !adapter.merged()) {
      throw new InputException(
          "Expected a method that merges into the model's weights, found %s, which adds layers."
              .formatted(Recipes.methodName(options)),
          "Use the run itself with eval and predict, or train with a method such as aroma or lora.",
          "cannot-merge");
    }
  }

  /**
   * Writes weights, tokenizer.json and config.json.
   *
   * @param config of the base model, with what is particular to this one; changed here
   * @param shardBytes most bytes of a file of weights
   * @throws IllegalStateException if the weights are rounded
   */
  static void write(
      Path directory,
      Transformer model,
      TextTokenizer tokenizer,
      ObjectNode config,
      long shardBytes) {
    if (model.computeType() != DType.F32) {
      throw new IllegalStateException("weights are rounded; load with precision fp32 to merge");
    }
    List<RawTensor> tensors = new ArrayList<>();
    model.parameters().forEach((path, p) -> tensors.add(AdapterStore.raw(path, p.value())));
    config.putArray("architectures").add(model.architecture());
    config.put("dtype", "float32");
    config.remove("torch_dtype");
    try {
      Files.createDirectories(directory);
      ShardedWriter.write(directory, tensors, shardBytes);
      tokenizer.save(directory);
      AtomicFile.writeText(directory.resolve("config.json"), config.toPrettyString() + "\n");
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** Copies the base model's settings of tokenizer and generation, as far as it has them. */
  static void copySettings(HfDirectory base, Path directory) {
    for (String name : SETTINGS) {
      Optional<Path> file = base.file(name);
      try {
        if (file.isPresent()) {
          AtomicFile.writeText(directory.resolve(name), Files.readString(file.get()));
        }
      } catch (IOException e) {
        throw AtomicFile.cannotWrite(directory.resolve(name), e);
      }
    }
  }
}
