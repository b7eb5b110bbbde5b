package dev.aroma.peft;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The registry: a new method is one file and one line here. */
public final class Methods {
  private static final Map<String, Class<? extends Record>> ALL = new LinkedHashMap<>();

  static {
    add("aroma", AromaOptions.class);
    add("pursuit", PursuitOptions.class);
    add("head", HeadOptions.class);
    add("full", FullOptions.class);
    add("bitfit", BitFitOptions.class);
    add("houlsby", HoulsbyOptions.class);
    add("pfeiffer", PfeifferOptions.class);
    add("lora", LoraOptions.class);
    add("adalora", AdaLoraOptions.class);
    add("relora", ReLoraOptions.class);
    add("vera", VeraOptions.class);
    add("ia3", Ia3Options.class);
  }

  private Methods() {}

  private static <O extends Record & MethodOptions> void add(String name, Class<O> options) {
    ALL.put(name, options);
  }

  /** The options record of every method, by the method's name; each is a {@link MethodOptions}. */
  public static Map<String, Class<? extends Record>> options() {
    return Collections.unmodifiableMap(ALL);
  }
}
