package dev.aroma.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.RawTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out what the outputs of an adapter's head mean: PEFT's files do not say. */
final class ImportedLabels {
  private static final String ADVICE =
      "Name the classes in the order of the outputs (--labels no,yes), or the task that has them"
          + " (--task mrpc --data DIR).";

  private final Path adapter;
  private final ModelFiles base;
  private final int outputs;

  /**
   * Counts the outputs.
   *
   * @param parameters the model's own in the adapter, the head's among them
   */
  ImportedLabels(Path adapter, ModelFiles base, List<RawTensor> parameters) {
    this.adapter = adapter;
    this.base = base;
    this.outputs = outputs(parameters);
  }

  /** Rows of the head's last weight. */
  private int outputs(List<RawTensor> parameters) {
    var model = base.classifier(1, null);
    List<String> weights =
        model.parameters().keySet().stream()
            .filter(path -> model.inHead(path) && path.endsWith(".weight"))
            .toList();
    String last = weights.get(weights.size() - 1);
    return parameters.stream()
        .filter(tensor -> tensor.name().equals(last) && tensor.shape().length == 2)
        .mapToInt(tensor -> (int) tensor.shape()[0])
        .findFirst()
        .orElseThrow(() -> noHead(last));
  }

  private InputException noHead(String last) {
    return new InputException(
        "%s: the adapter has no classification head: expected %s, as %s has it"
            .formatted(adapter, last, base.name()),
        "Adapters for embeddings cannot classify; a classifier's is saved"
            + " with task_type SEQ_CLS, its head in modules_to_save.",
        "import-head");
  }

  /**
   * The names of the classes; none for a regression, which has one output.
   *
   * @param given by a person, or null
   * @param hasTask whether a task was given
   */
  List<String> names(List<String> given, boolean hasTask, TaskOptions task) {
    if (given != null) {
      return counted(given, "--labels");
    }
    if (hasTask) {
      return counted(Tasks.load(task).labels(), "the task " + task.name());
    }
    if (outputs == 1) {
      return List.of();
    }
    Optional<Labels> beside = Labels.in(adapter);
    if (beside.isPresent()) {
      return counted(beside.get().names(), Labels.FILE);
    }
    return inConfig()
        .orElseThrow(
            () ->
                new InputException(
                    "%s: the head has %d outputs, but nothing says what they mean"
                        .formatted(adapter, outputs),
                    ADVICE,
                    "import-labels"));
  }

  private List<String> counted(List<String> names, String from) {
    if (Math.max(1, names.size()) != outputs || names.size() == 1) {
      throw new InputException(
          "%s: the head has %d outputs, but %s has %d names: %s"
              .formatted(adapter, outputs, from, names.size(), names),
          ADVICE,
          "import-labels");
    }
    return names;
  }

  /** Names in the base model's config, unless they are mere numbers. */
  private Optional<List<String>> inConfig() {
    JsonNode names = base.directory().config().json().path("id2label");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      String name = names.path(String.valueOf(i)).asText("LABEL_" + i);
      if (!name.equals("LABEL_" + i)) {
        found.add(name);
      }
    }
    return found.size() == outputs && names.size() == outputs
        ? Optional.of(found)
        : Optional.empty();
  }
}
