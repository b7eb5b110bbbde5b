package dev.aroma.peft;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The registry: a new method is one file and one line here. */
public final class Methods {
  private record Entry<O extends Record>(Class<O> options, Function<O, Method> make) {
    Method with(Record given) {
      return make.apply(options.cast(given));
    }
  }

  private static final Map<String, Entry<?>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("aroma", new Entry<>(AromaOptions.class, Aroma::new));
    ALL.put("head", new Entry<>(Head.Options.class, options -> new Head()));
  }

  private Methods() {}

  /** The options record of every method, by the method's name. */
  public static Map<String, Class<? extends Record>> options() {
    Map<String, Class<? extends Record>> all = new LinkedHashMap<>();
    ALL.forEach((name, entry) -> all.put(name, entry.options()));
    return all;
  }

  /**
   * A method with its options.
   *
   * @param name one of {@link #options}
   * @param options of that method's record type
   */
  public static Method of(String name, Record options) {
    Entry<?> entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no method " + name + " among " + ALL.keySet());
    }
    return entry.with(options);
  }
}
