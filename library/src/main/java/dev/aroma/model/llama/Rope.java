package dev.aroma.model.llama;

import dev.aroma.input.InputException;
import dev.aroma.io.JsonConfig;
import java.util.Optional;
import java.util.Set;

/**
 * Frequencies of rotary positions (Su et al. 2021), as they are or stretched as LLaMA 3.1 does.
 *
 * @param theta base of the wavelengths
 * @param stretch null for the default
 */
public record Rope(double theta, Stretch stretch) {
  private static final Set<String> KNOWN = Set.of("default", "llama3");

  /**
   * LLaMA 3.1's scaling: long waves are stretched by a factor, short ones are not, and between the
   * two limits it goes over smoothly.
   *
   * @param factor of the longest waves, 1 or more
   * @param low waves longer than length / low are stretched
   * @param high waves shorter than length / high are not; larger than low
   * @param length that the model was first trained with, in tokens
   */
  public record Stretch(double factor, double low, double high, double length) {
    double apply(double frequency) {
      double turns = length * frequency / (2 * Math.PI); // in the original length
      if (turns < low) {
        return frequency / factor;
      }
      if (turns > high) {
        return frequency;
      }
      double smooth = (turns - low) / (high - low);
      return (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }

  /**
   * Reads {@code rope_parameters} (transformers 5), or {@code rope_scaling} and {@code rope_theta}.
   *
   * @throws InputException if the type is none of ours, or a number is missing or out of range
   */
  static Rope of(JsonConfig json) {
    Optional<JsonConfig> found =
        json.object("rope_parameters").or(() -> json.object("rope_scaling"));
    double theta = json.optDouble("rope_theta", 10_000);
    if (found.isEmpty()) {
      return new Rope(positive(json, "rope_theta", theta), null);
    }
    JsonConfig parameters = found.get();
    theta = parameters.optDouble("rope_theta", theta);
    String key = parameters.has("rope_type") ? "rope_type" : "type"; // the latter is older
    String type = parameters.optString(key, "default");
    if (!KNOWN.contains(type)) {
      throw new InputException(
          "%s: %s of the rotary positions: expected default or llama3, found '%s'"
              .formatted(json.source(), key, type),
          "use a checkpoint of LLaMA 1, 2, 3, 3.1 or 3.2 without other scaling",
          "rope-type");
    }
    return new Rope(
        positive(parameters, "rope_theta", theta),
        type.equals("llama3") ? stretch(parameters) : null);
  }

  private static Stretch stretch(JsonConfig json) {
    double low = positive(json, "low_freq_factor", json.requireDouble("low_freq_factor"));
    double high = json.requireDouble("high_freq_factor");
    if (!(high > low)) {
      throw json.wrong("high_freq_factor", "a number above low_freq_factor");
    }
    return new Stretch(
        positive(json, "factor", json.requireDouble("factor")),
        low,
        high,
        json.requireInt("original_max_position_embeddings", 1, Integer.MAX_VALUE));
  }

  private static double positive(JsonConfig json, String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw json.wrong(key, "a number above 0");
    }
    return value;
  }

  /**
   * Angles of a token at position 1.
   *
   * @param width of a head, even
   * @return width / 2 frequencies, in float32 as they are multiplied with positions
   */
  float[] frequencies(int width) {
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(theta, -2.0 * i / width);
      frequencies[i] = (float) (stretch == null ? frequency : stretch.apply(frequency));
    }
    return frequencies;
  }
}
