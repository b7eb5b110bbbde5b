package dev.aroma.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.PeftAdapter;
import dev.aroma.io.RawTensor;
import dev.aroma.model.Weights;
import dev.aroma.peft.Change;
import dev.aroma.peft.Dora;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.Scaling;
import dev.aroma.peft.Triplets;
import dev.aroma.peft.Vera;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From changes of layers to the tensors and configs of PEFT 0.21 and back.
 *
 * <p>Keys: {@code lora_A}, {@code lora_B}, {@code lora_E} for AdaLoRA; {@code vera_lambda_b},
 * {@code vera_lambda_d} and the shared {@code vera_A}, {@code vera_B}; {@code ia3_l} as (1, in) or
 * (out, 1).
 */
final class PeftFormat {
  /** Added to the rank in the scale of AdaLoRA. */
  static final double SMALL = 1e-5;

  private static final List<String> LAYERS = List.of("ADALORA", "VERA", "IA3");
  private static final List<String> PROMPTS = List.of("PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING");

  private PeftFormat() {}

  // --- LoRA
  // ---------------------------------------------------------------------------------------

  /** A change as LoRA factors, with magnitudes if it is a DoRA. */
  static LoraFactors lora(String path, Change change) {
    LowRank low = change.lowRank();
    return new LoraFactors(
        path,
        AdapterStore.raw("a", low.a()),
        AdapterStore.raw("b", low.b()),
        low.scale() * low.rank(),
        change instanceof Dora dora ? AdapterStore.raw("magnitude", dora.magnitude()) : null);
  }

  /** The change of a layer with LoRA or DoRA. */
  static Change change(LoraFactors factors) {
    LowRank low = new LowRank(floats(factors.b()), floats(factors.a()), factors.scale());
    return factors.magnitude() == null ? low : new Dora(low, floats(factors.magnitude()));
  }

  private static Tensor floats(RawTensor raw) {
    return Weights.tensor(raw).to(DType.F32);
  }

  // --- writing others
  // -----------------------------------------------------------------------------

  /** AdaLoRA under its own type, all components in it. */
  static PeftAdapter triplets(
      Origin base, Map<String, ? extends Change> changes, List<RawTensor> head) {
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    double alpha = 0;
    long rank = 0;
    for (Map.Entry<String, ? extends Change> entry : changes.entrySet()) {
      Triplets triplets = (Triplets) entry.getValue();
      rank = triplets.a().size(0);
      alpha = Math.round(triplets.scale() * (rank + SMALL) * 1e9) / 1e9;
      layers.put(
          entry.getKey(),
          Map.of(
              "lora_A", AdapterStore.raw("a", triplets.a()),
              "lora_B", AdapterStore.raw("b", triplets.b()),
              "lora_E", AdapterStore.raw("e", triplets.e())));
    }
    ObjectNode json = config("ADALORA", base, layers, head);
    json.put("bias", "none").put("init_lora_weights", true);
    json.put("init_r", rank).put("target_r", rank).put("lora_alpha", alpha);
    json.put("lora_dropout", 0.0).put("orth_reg_weight", 0.5).putNull("rank_pattern");
    json.put("beta1", 0.85).put("beta2", 0.85); // a schedule, which PEFT wants to see, in the past
    json.put("tinit", 0).put("tfinal", 0).put("deltaT", 1).put("total_step", 1);
    return PeftAdapter.of(json, layers, Map.of(), head);
  }

  /** VeRA, with its random matrices, so that nobody has to draw them again. */
  static PeftAdapter vera(
      Origin base, Map<String, ? extends Change> changes, List<RawTensor> head) {
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    Map<String, RawTensor> shared = new LinkedHashMap<>();
    long rank = 0;
    for (Map.Entry<String, ? extends Change> entry : changes.entrySet()) {
      Vera vera = (Vera) entry.getValue();
      rank = vera.rankFactors().size(0);
      layers.put(
          entry.getKey(),
          Map.of(
              "vera_lambda_b", AdapterStore.raw("b", vera.outputFactors()),
              "vera_lambda_d", AdapterStore.raw("d", vera.rankFactors())));
      shared.put("vera_A", AdapterStore.raw("vera_A", vera.a()));
      shared.put("vera_B", AdapterStore.raw("vera_B", vera.b()));
    }
    ObjectNode json = config("VERA", base, layers, head);
    json.put("bias", "none").put("d_initial", 0.1).put("init_weights", true).put("r", rank);
    json.put("projection_prng_key", 0).put("save_projection", true).put("vera_dropout", 0.0);
    json.putNull("layers_pattern").putNull("layers_to_transform");
    return PeftAdapter.of(json, layers, shared, head);
  }

  /** IA3. */
  static PeftAdapter scalings(
      Origin base, Map<String, ? extends Change> changes, List<RawTensor> head) {
    Map<String, Map<String, RawTensor>> layers = new LinkedHashMap<>();
    for (Map.Entry<String, ? extends Change> entry : changes.entrySet()) {
      Scaling scaling = (Scaling) entry.getValue();
      Tensor factors = scaling.factors().unsqueeze(scaling.input() ? 0 : 1);
      layers.put(entry.getKey(), Map.of("ia3_l", AdapterStore.raw("l", factors)));
    }
    ObjectNode json = config("IA3", base, layers, head).put("init_ia3_weights", true);
    changes.forEach(
        (path, change) -> {
          if (((Scaling) change).input()) {
            json.withArray("feedforward_modules").add(path);
          }
        });
    return PeftAdapter.of(json, layers, Map.of(), head);
  }

  private static ObjectNode config(
      String type, Origin base, Map<String, Map<String, RawTensor>> layers, List<RawTensor> head) {
    return PeftAdapter.config(type, base.baseModel(), base.taskType(), layers.keySet(), head);
  }

  // --- reading others
  // -----------------------------------------------------------------------------

  /** Puts an adapter of a kind other than LoRA into a model. */
  static void read(String type, Path directory, AppliedAdapter applied) {
    requireKnown(type, directory);
    PeftAdapter adapter = PeftAdapter.read(directory);
    applied.setSaved(adapter.parameters());
    for (String path : adapter.layers().keySet()) {
      applied.apply(path, () -> change(type, adapter, path, applied));
    }
    if (prompts(type)) {
      applied.prompt(prompt(adapter), type.equals("PREFIX_TUNING"));
    }
  }

  /** Refuses kinds of adapters other than LoRA that we cannot read. */
  static void requireKnown(String type, Path directory) {
    if (!LAYERS.contains(type) && !PROMPTS.contains(type)) {
      throw new InputException(
          "%s: expected an adapter of LORA, %s or %s, found %s"
              .formatted(directory, String.join(", ", LAYERS), String.join(", ", PROMPTS), type),
          "Use an adapter of one of these kinds.",
          "unsupported-adapter");
    }
  }

  /** Whether adapters of a type are learned tokens. */
  static boolean prompts(String type) {
    return PROMPTS.contains(type);
  }

  /** Learned tokens, (tokens, width). */
  static RawTensor prompt(PeftAdapter adapter) {
    return matrix(adapter, adapter.requireShared("prompt_embeddings"));
  }

  private static Change change(
      String type, PeftAdapter adapter, String path, AppliedAdapter applied) {
    return switch (type) {
      case "ADALORA" -> triplets(adapter, path);
      case "VERA" -> vera(adapter, path, applied.inputs(path));
      case "IA3" -> scaling(adapter, path);
      default -> throw BadAdapter.damaged(applied.from(), "it has tensors of a layer, " + path);
    };
  }

  /** The change of a layer with AdaLoRA. */
  static Triplets triplets(PeftAdapter adapter, String path) {
    JsonConfig config = adapter.config();
    RawTensor a = matrix(adapter, adapter.require(path, "lora_A"));
    RawTensor b = matrix(adapter, adapter.require(path, "lora_B"));
    RawTensor e = adapter.require(path, "lora_E");
    long rank = a.shape()[0];
    e.requireShape(config.source(), rank, 1);
    b.requireShape(config.source(), b.shape()[0], rank);
    double alpha = LoraFactors.alpha(config, "lora_alpha");
    double scale = alpha / (config.requireInt("init_r", 1, 1 << 20) + SMALL);
    return new Triplets(floats(a), floats(b), floats(e), scale);
  }

  private static RawTensor matrix(PeftAdapter adapter, RawTensor tensor) {
    return BadAdapter.dimensions(adapter.config().source(), 2, tensor);
  }

  private static Change vera(PeftAdapter adapter, String path, long inputs) {
    String source = adapter.config().source();
    RawTensor a = matrix(adapter, adapter.requireShared("vera_A"));
    RawTensor b = matrix(adapter, adapter.requireShared("vera_B"));
    RawTensor outputs = BadAdapter.dimensions(source, 1, adapter.require(path, "vera_lambda_b"));
    RawTensor ranks = adapter.require(path, "vera_lambda_d");
    ranks.requireShape(source, a.shape()[0]);
    b.requireShape(source, b.shape()[0], a.shape()[0]);
    return new Vera(floats(outputs), floats(ranks), floats(a), floats(b), inputs);
  }

  private static Change scaling(PeftAdapter adapter, String path) {
    RawTensor factors = matrix(adapter, adapter.require(path, "ia3_l"));
    boolean input = factors.shape()[0] == 1;
    return new Scaling(floats(factors).reshape(-1), input);
  }
}
