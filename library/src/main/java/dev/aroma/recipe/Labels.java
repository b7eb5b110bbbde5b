package dev.aroma.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.JsonConfig;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the outputs of a trained model mean: {@code labels.json} of a run.
 *
 * @param names of the classes in the order of the logits; empty for regression
 * @param maxLength tokens that the model was trained on at most
 */
record Labels(List<String> names, int maxLength) {
  static final String FILE = "labels.json";

  Labels {
    names = List.copyOf(names);
  }

  /** Whether the one output is a number. */
  boolean regression() {
    return names.isEmpty();
  }

  int outputs() {
    return regression() ? 1 : names.size();
  }

  void write(Path directory) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    names.forEach(json.putArray("labels")::add);
    json.put("max_length", maxLength);
    AtomicFile.writeText(directory.resolve(FILE), json.toPrettyString() + "\n");
  }

  /** Of a run, of its adapter's directory, or beside an adapter; nothing where there are none. */
  static Optional<Labels> in(Path directory) {
    Path above = directory.toAbsolutePath().normalize().getParent();
    boolean inRun = above != null && RunDirectory.holdsRun(above);
    return Stream.of(directory, inRun ? above : directory)
        .filter(at -> Files.exists(at.resolve(FILE)))
        .findFirst()
        .map(Labels::read);
  }

  static Labels read(Path directory) {
    JsonConfig json = JsonConfig.read(directory.resolve(FILE));
    return new Labels(json.strings("labels"), json.requireInt("max_length", 3, 1 << 24));
  }

  /** From the config of a merged model: {@code id2label}, or a number of LABEL_i. */
  static Labels of(JsonConfig config, int maxLength) {
    if (config.optString("problem_type", "").equals("regression")) {
      return new Labels(List.of(), maxLength);
    }
    JsonNode names = config.json().path("id2label");
    List<String> found = new ArrayList<>();
    for (int i = 0; names.has(String.valueOf(i)); i++) {
      found.add(names.get(String.valueOf(i)).asText());
    }
    if (found.size() < 2) {
      throw config.wrong("id2label", "names of at least two classes, by \"0\", \"1\", …");
    }
    return new Labels(found, maxLength);
  }

  /**
   * Says in a model's config what its outputs mean, as transformers does: {@code id2label}, {@code
   * label2id} and {@code problem_type}. The reverse of {@link #of}.
   *
   * @param config of the base model; changed here
   * @return it
   */
  ObjectNode into(ObjectNode config) {
    ObjectNode byId = config.putObject("id2label");
    ObjectNode byLabel = config.putObject("label2id");
    List<String> outputs = regression() ? List.of("LABEL_0") : names;
    for (int i = 0; i < outputs.size(); i++) {
      byId.put(String.valueOf(i), outputs.get(i));
      byLabel.put(outputs.get(i), i);
    }
    String problem = regression() ? "regression" : "single_label_classification";
    return config.put("problem_type", problem);
  }
}
