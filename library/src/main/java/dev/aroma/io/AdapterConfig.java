package dev.aroma.io;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * PEFT's {@code adapter_config.json} for LoRA: what we write, and what a reader needs of it.
 *
 * <p>Written are the fields that every PEFT since 0.9 knows; what newer ones add has a default.
 */
final class AdapterConfig {
  private final JsonConfig config;

  private AdapterConfig(JsonConfig config) {
    this.config = config;
  }

  /** The config of modules at ranks of their own: the widest sets r and lora_alpha. */
  static ObjectNode json(LoraAdapter adapter, List<LoraFactors> modules) {
    LoraFactors widest = widest(modules);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putPatterns(json, modules, widest);
    json.putNull("auto_mapping");
    putText(json, "base_model_name_or_path", adapter.baseModel());
    json.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    json.put("init_lora_weights", true).putNull("layers_pattern").putNull("layers_to_transform");
    putNumber(json, "lora_alpha", widest.alpha());
    json.put("lora_dropout", 0.0);
    List<String> paths = modules.stream().map(LoraFactors::module).toList();
    putModulesToSave(json, paths, adapter.head());
    json.put("peft_type", "LORA").put("r", widest.rank()).putNull("revision");
    paths.forEach(json.putArray("target_modules")::add);
    putText(json, "task_type", adapter.taskType());
    return json.put("use_dora", adapter.dora()).put("use_rslora", false);
  }

  static LoraFactors widest(List<LoraFactors> modules) {
    return modules.stream().max(Comparator.comparingInt(LoraFactors::rank)).orElseThrow();
  }

  /** Full module paths as keys: each matches its own module and no other. */
  private static void putPatterns(ObjectNode json, List<LoraFactors> modules, LoraFactors widest) {
    ObjectNode ranks = json.putObject("rank_pattern");
    ObjectNode alphas = json.putObject("alpha_pattern");
    for (LoraFactors module : modules) {
      if (module.rank() != widest.rank()) {
        ranks.put(module.module(), module.rank());
      }
      if (module.alpha() != widest.alpha()) {
        putNumber(alphas, module.module(), module.alpha());
      }
    }
  }

  /**
   * PEFT keeps whole modules: {@code classifier} for classifier.out_proj.weight, but no more than
   * {@code bert.pooler.dense} where the first part of the path is the adapted model itself.
   */
  static void putModulesToSave(ObjectNode json, Collection<String> modules, List<RawTensor> head) {
    Set<String> adapted =
        modules.stream().map(AdapterConfig::firstPart).collect(Collectors.toSet());
    TreeSet<String> saved = new TreeSet<>();
    for (RawTensor tensor : head) {
      String first = firstPart(tensor.name());
      int parameter = Math.max(0, tensor.name().lastIndexOf('.'));
      saved.add(adapted.contains(first) ? tensor.name().substring(0, parameter) : first);
    }
    if (saved.isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      ArrayNode array = json.putArray("modules_to_save");
      saved.forEach(array::add);
    }
  }

  private static String firstPart(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  static void putText(ObjectNode json, String key, String text) {
    json.put(key, text.isEmpty() ? null : text);
  }

  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == (long) value) {
      json.put(key, (long) value);
    } else {
      json.put(key, value);
    }
  }

  /** Wraps a config of LoRA, and refuses others. */
  static AdapterConfig of(JsonConfig config) {
    String type = config.requireString("peft_type");
    if (!type.equals("LORA")) {
      throw new InputException(
          "%s: the adapter is %s, expected LORA".formatted(config.source(), type),
          "Use a LoRA adapter, or merge this one into its model with PEFT.",
          "unsupported-adapter");
    }
    return new AdapterConfig(config);
  }

  boolean dora() {
    return config.optBoolean("use_dora", false);
  }

  String source() {
    return config.source();
  }

  String baseModel() {
    return config.optString("base_model_name_or_path", "");
  }

  String taskType() {
    return config.optString("task_type", "");
  }

  int rank(String module) {
    Optional<String> key = patternKey("rank_pattern", module);
    return key.isEmpty()
        ? config.requireInt("r", 1, 1 << 20)
        : config.object("rank_pattern").orElseThrow().requireInt(key.get(), 1, 1 << 20);
  }

  /** The numerator over the rank; rsLoRA's division by √r is turned into one by r. */
  double alpha(String module) {
    Optional<String> key = patternKey("alpha_pattern", module);
    double alpha =
        key.isEmpty()
            ? LoraFactors.alpha(config, "lora_alpha")
            : LoraFactors.alpha(config.object("alpha_pattern").orElseThrow(), key.get());
    boolean rootScaled = config.optBoolean("use_rslora", false);
    return rootScaled ? alpha * Math.sqrt(rank(module)) : alpha;
  }

  /** As PEFT: the first key that is the module's path, an ending of it, or a regex of either. */
  private Optional<String> patternKey(String pattern, String module) {
    List<String> keys = config.object(pattern).map(JsonConfig::keys).orElse(List.of());
    return keys.stream().filter(key -> matches(pattern, key, module)).findFirst();
  }

  private boolean matches(String pattern, String key, String module) {
    if (module.equals(key) || module.endsWith("." + key)) {
      return true;
    }
    try {
      return Pattern.compile("(.*\\.)?(" + key + ")").matcher(module).matches();
    } catch (PatternSyntaxException e) {
      throw config.wrong(pattern, "module paths or regular expressions as keys");
    }
  }
}
