package dev.aroma.io;

import dev.aroma.input.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sorts an adapter's tensors into pairs of factors and the rest, and checks them. */
final class AdapterReader {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String MAGNITUDE = ".lora_magnitude_vector";
  private static final String SAVED = ".modules_to_save.default.";

  private final AdapterConfig config;
  private final SafetensorsFile weights;

  AdapterReader(AdapterConfig config, SafetensorsFile weights) {
    this.config = config;
    this.weights = weights;
  }

  LoraAdapter read() {
    List<LoraFactors> modules = new ArrayList<>();
    Map<String, RawTensor> head = new LinkedHashMap<>();
    for (String key : weights.names()) {
      String name = withoutPrefix(key);
      if (name.endsWith(A)) {
        modules.add(factors(name.substring(0, name.length() - A.length())));
      } else if (name.endsWith(B)) {
        requirePartner(key, B, A);
      } else if (config.dora() && name.endsWith(MAGNITUDE)) {
        requirePartner(key, MAGNITUDE, A);
      } else if (name.contains(".lora_") || name.startsWith("lora_")) {
        throw unsupported(key);
      } else {
        plainName(name).ifPresent(plain -> putRest(head, plain, name, weights.get(key)));
      }
    }
    return new LoraAdapter(
        config.baseModel(), config.taskType(), modules, List.copyOf(head.values()));
  }

  private String withoutPrefix(String key) {
    if (!key.startsWith(AdapterFiles.PREFIX)) {
      throw unsupported(key);
    }
    return key.substring(AdapterFiles.PREFIX.length());
  }

  /** Wrapped modules carry PEFT's own path parts; empty for what was there before training. */
  static Optional<String> plainName(String name) {
    return name.contains(".original_module.")
        ? Optional.empty()
        : Optional.of(name.replace(SAVED, ".").replace(".base_layer.", "."));
  }

  /** Adds a tensor under its plain name, which is the one in the model; a plain key goes first. */
  static void putRest(Map<String, RawTensor> rest, String plain, String name, RawTensor tensor) {
    if (plain.equals(name) || !rest.containsKey(plain)) {
      rest.put(plain, tensor.named(plain));
    }
  }

  private LoraFactors factors(String module) {
    String path = AdapterFiles.PREFIX + module;
    requirePartner(path + A, A, B);
    RawTensor a = weights.get(path + A);
    RawTensor b = weights.get(path + B);
    int rank = config.rank(module);
    a.requireShape(weights.source(), rank, size(a, 1));
    b.requireShape(weights.source(), size(b, 0), rank);
    return new LoraFactors(module, a, b, config.alpha(module), magnitude(path, size(b, 0)));
  }

  /** DoRA's norms of the rows; null for plain LoRA. */
  private RawTensor magnitude(String path, int outputs) {
    if (!config.dora()) {
      return null;
    }
    requirePartner(path + A, A, MAGNITUDE);
    return weights.get(path + MAGNITUDE).requireShape(weights.source(), outputs);
  }

  private void requirePartner(String key, String mine, String other) {
    String partner = key.substring(0, key.length() - mine.length()) + other;
    if (!weights.contains(partner)) {
      throw new InputException(
          "%s: has %s without %s".formatted(weights.source(), key, partner),
          "The adapter is damaged; save or download it again.",
          "bad-adapter");
    }
  }

  private int size(RawTensor tensor, int dimension) {
    long[] shape = tensor.shape();
    if (shape.length != 2 || shape[0] < 1 || shape[1] < 1 || shape[dimension] > 1 << 30) {
      throw new InputException(
          weights.source() + ": expected a matrix, found " + tensor,
          "Adapters of convolutions and embeddings are not read here.",
          "unsupported-adapter");
    }
    return (int) shape[dimension];
  }

  private InputException unsupported(String key) {
    return new InputException(
        "%s: expected keys %s<module>%s and %s, found %s"
            .formatted(weights.source(), AdapterFiles.PREFIX, A, B, key),
        "Use a plain LoRA adapter of linear layers.",
        "unsupported-adapter");
  }
}
