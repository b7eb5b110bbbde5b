package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PEFT adapter of a kind other than LoRA, as its files hold it: tensors of each layer by the last
 * part of their keys, without knowing what they mean.
 *
 * @param config {@code adapter_config.json}
 * @param layers tensors by the layer's full path, then by part: {@code lora_E}, {@code ia3_l},
 *     {@code vera_lambda_b}, …
 * @param shared tensors of no layer: {@code vera_A}, {@code vera_B}, {@code prompt_embeddings}
 * @param parameters the model's own tensors by their plain names, such as the head's
 */
public record PeftAdapter(
    JsonConfig config,
    Map<String, Map<String, RawTensor>> layers,
    Map<String, RawTensor> shared,
    List<RawTensor> parameters) {
  private static final String ROOT = "base_model.";
  private static final Pattern LAYER =
      Pattern.compile("(.+)\\.(lora_[ABE]|ia3_l|vera_lambda_[bd])");
  private static final Pattern SHARED =
      Pattern.compile("(?:base_model\\.)?(vera_[AB]|prompt_embeddings)");

  /** Copies the collections. */
  public PeftAdapter {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    shared = Collections.unmodifiableMap(new LinkedHashMap<>(shared));
    parameters = List.copyOf(parameters);
  }

  /** The kind, PEFT's {@code peft_type}. */
  public String type() {
    return config.requireString("peft_type");
  }

  /**
   * A tensor of a layer.
   *
   * @throws InputException if the layer lacks it
   */
  public RawTensor require(String layer, String part) {
    return require(layers.get(layer), part, layer + "." + part);
  }

  /**
   * A tensor of no layer.
   *
   * @throws InputException if it is missing
   */
  public RawTensor requireShared(String name) {
    return require(shared, name, name);
  }

  private RawTensor require(Map<String, RawTensor> tensors, String key, String name) {
    RawTensor found = tensors.get(key);
    if (found == null) {
      throw new InputException(
          "%s: the adapter has no tensor %s".formatted(config.source(), name),
          "The adapter is damaged, or was saved without it (VeRA: save_projection); save it again.",
          "bad-adapter");
    }
    return found;
  }

  /**
   * Reads an adapter of any kind.
   *
   * @throws InputException if a file is missing or damaged, or a tensor is of no kind that we know
   */
  public static PeftAdapter read(Path directory) {
    JsonConfig config = AdapterFiles.readConfig(directory);
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    Map<String, RawTensor> shared = new LinkedHashMap<>();
    Map<String, RawTensor> rest = new LinkedHashMap<>();
    try (SafetensorsFile weights = SafetensorsFile.open(directory.resolve(AdapterFiles.WEIGHTS))) {
      for (String key : weights.names()) {
        Matcher common = SHARED.matcher(key);
        if (common.matches()) {
          shared.put(common.group(1), weights.get(key));
        } else {
          sort(weights.get(key), layers, rest, weights.source());
        }
      }
    }
    return new PeftAdapter(config, layers, shared, List.copyOf(rest.values()));
  }

  private static void sort(
      RawTensor tensor,
      Map<String, Map<String, RawTensor>> layers,
      Map<String, RawTensor> rest,
      String source) {
    String prefix = tensor.name().startsWith(AdapterFiles.PREFIX) ? AdapterFiles.PREFIX : ROOT;
    if (!tensor.name().startsWith(prefix)) {
      throw new InputException(
          "%s: expected keys that begin with %s, found %s".formatted(source, ROOT, tensor.name()),
          "Save the adapter with PEFT's save_pretrained.",
          "unsupported-adapter");
    }
    String name = tensor.name().substring(prefix.length());
    Matcher layer = LAYER.matcher(name);
    if (layer.matches()) {
      layers
          .computeIfAbsent(layer.group(1), key -> new LinkedHashMap<>())
          .put(layer.group(2), tensor);
    } else {
      AdapterReader.plainName(name)
          .ifPresent(plain -> AdapterReader.putRest(rest, plain, name, tensor));
    }
  }

  /** Writes a directory that is complete or absent; an adapter that was there is replaced. */
  public void write(Path directory) {
    List<RawTensor> tensors = new ArrayList<>();
    layers.forEach(
        (path, parts) ->
            parts.forEach(
                (part, tensor) ->
                    tensors.add(tensor.named(AdapterFiles.PREFIX + path + "." + part))));
    shared.forEach((name, tensor) -> tensors.add(tensor.named(ROOT + name)));
    parameters.forEach(t -> tensors.add(t.named(AdapterFiles.PREFIX + t.name())));
    AdapterFiles.write(
        directory, AdapterFiles.CONFIG, config.json(), AdapterFiles.WEIGHTS, tensors);
  }

  /**
   * The fields that configs of all kinds share; more are put into the JSON by the caller.
   *
   * @param type PEFT's {@code peft_type}
   * @param baseModel id or path; empty where unknown
   * @param taskType such as {@code SEQ_CLS}; empty for none
   * @param layers full paths
   * @param parameters the model's own tensors, by their plain names
   */
  public static ObjectNode config(
      String type,
      String baseModel,
      String taskType,
      Collection<String> layers,
      List<RawTensor> parameters) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putNull("auto_mapping");
    AdapterConfig.putText(json, "base_model_name_or_path", baseModel);
    json.put("fan_in_fan_out", false).put("inference_mode", true);
    AdapterConfig.putModulesToSave(json, layers, parameters);
    json.put("peft_type", type).putNull("revision");
    layers.forEach(json.putArray("target_modules")::add);
    AdapterConfig.putText(json, "task_type", taskType);
    return json;
  }

  /** An adapter that was made here. */
  public static PeftAdapter of(
      ObjectNode config,
      Map<String, Map<String, RawTensor>> layers,
      Map<String, RawTensor> shared,
      List<RawTensor> parameters) {
    return new PeftAdapter(JsonConfig.of(AdapterFiles.CONFIG, config), layers, shared, parameters);
  }
}
