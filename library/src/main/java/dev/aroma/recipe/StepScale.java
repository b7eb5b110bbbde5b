package dev.aroma.recipe;

import dev.aroma.peft.Methods;
import dev.aroma.train.ScheduleOptions;

/**
 * Cuts a run short with all that belongs to its course: warm-ups, periods and phases shrink as its
 * steps do, so that a schedule made for thousands of steps fits into a few.
 */
final class StepScale {
  private static final String MAX_STEPS = "train.max-steps";

  private StepScale() {}

  /**
   * Shrinks what counts steps ({@link dev.aroma.input.Option#steps}), defaults included, rounded
   * down but not below what is allowed.
   *
   * @param full the run as it was meant; without {@code max-steps} nothing shrinks
   * @param cut the same with fewer steps
   * @param method name of its method
   */
  static Config fit(Config full, Config cut, String method) {
    double before = steps(full);
    double after = steps(cut);
    if (!(after < before)) {
      return cut;
    }
    Config fitted = shrink(cut, "train.schedule", ScheduleOptions.class, after / before);
    Class<? extends Record> options = Methods.options().get(method);
    return options == null ? fitted : shrink(fitted, "method", options, after / before);
  }

  private static double steps(Config config) {
    String text = config.root().text(MAX_STEPS);
    return text != null && text.matches("\\d{1,9}") ? Double.parseDouble(text) : Double.NaN;
  }

  private static Config shrink(
      Config config, String section, Class<? extends Record> type, double factor) {
    Config result = config;
    for (Component component : Component.of(type)) {
      String key = section + "." + component.key();
      String written = config.root().text(key);
      String value = written != null ? written : component.option().def();
      if (component.option().steps() && value.matches("\\d{1,9}")) {
        long least = (long) Math.max(0, component.option().min());
        long fewer = Math.max(least, (long) (Long.parseLong(value) * factor));
        result = result.with(key, String.valueOf(fewer), "scale-steps");
      }
    }
    return result;
  }
}
