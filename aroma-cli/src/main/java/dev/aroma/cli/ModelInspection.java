package dev.aroma.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.JsonConfig;
import dev.aroma.io.RawTensor;
import dev.aroma.io.TensorSource;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * A model: what its config says and what its weights are.
 *
 * @param tensors number of them
 * @param parameters in all of them
 * @param types number of tensors by element type
 */
record ModelInspection(
    JsonConfig config, int tensors, long parameters, TreeMap<String, Integer> types)
    implements Inspection {
  private static final List<String> SHOWN =
      List.of(
          "model_type",
          "architectures",
          "num_hidden_layers",
          "hidden_size",
          "num_attention_heads",
          "intermediate_size",
          "vocab_size",
          "max_position_embeddings",
          "problem_type",
          "id2label");

  static ModelInspection of(Path path) {
    HfDirectory directory = HfDirectory.open(path);
    long parameters = 0;
    TreeMap<String, Integer> types = new TreeMap<>();
    try (TensorSource weights = directory.weights()) {
      for (String name : weights.names()) {
        RawTensor tensor = weights.get(name);
        parameters += tensor.elements();
        types.merge(tensor.dtype().name(), 1, Integer::sum);
      }
      return new ModelInspection(directory.config(), weights.names().size(), parameters, types);
    }
  }

  @Override
  public String text(boolean unicode, boolean colour) {
    Facts facts = new Facts();
    for (String key : SHOWN) {
      if (config.has(key)) {
        var value = config.json().get(key);
        facts.add(key, value.isTextual() ? value.textValue() : value.toString());
      }
    }
    return facts
        .add("parameters", Facts.format("%,d in %,d tensors (%s)", parameters, tensors, types))
        .text();
  }

  @Override
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", "model");
    for (String key : SHOWN) {
      if (config.has(key)) {
        json.set(key, config.json().get(key));
      }
    }
    json.put("tensors", tensors).putObject("parameters").put("total", parameters);
    types.forEach(json.putObject("dtypes")::put);
    return json;
  }
}
