package dev.aroma.nn;

import dev.aroma.input.InputException;
import java.util.List;
import java.util.function.Function;

/**
 * How a family calls its layers by what they do, in patterns of {@link Targets}: what methods adapt
 * where nobody says otherwise.
 *
 * @param adapted what the AROMA paper adapts
 * @param query of attention
 * @param key of attention
 * @param value of attention
 * @param attentionOutput the layer behind attention, before its residual is added
 * @param feedForwardOutput the last layer of a feed-forward part, before its residual is added
 * @param feedForwardNorm the normalisation behind that residual; null where there is none
 */
public record LayerNames(
    List<String> adapted,
    String query,
    String key,
    String value,
    String attentionOutput,
    String feedForwardOutput,
    String feedForwardNorm) {
  /** A network that says how its layers are called. */
  public interface Known {
    /** The names. */
    LayerNames layerNames();
  }

  /** Copies the list. */
  public LayerNames {
    adapted = List.copyOf(adapted);
  }

  /**
   * The patterns that were given, or where there are none those of the model's family.
   *
   * @param given by the option {@code method.target-modules} or alike
   * @param choice which of the family's; may give nothing that holds null
   * @throws InputException if nothing was given and the family has no such layers
   */
  public static List<String> or(
      List<String> given, Module model, Function<LayerNames, List<String>> choice) {
    if (!given.isEmpty()) {
      return given;
    }
    List<String> names =
        model instanceof Known known ? choice.apply(known.layerNames()) : List.of();
    if (names.isEmpty()) {
      throw new InputException(
          "method.target-modules: this model has no layers of the kind that the method adapts",
          "name the layers to adapt, or choose another method, such as lora or houlsby",
          "target-modules");
    }
    return names;
  }
}
