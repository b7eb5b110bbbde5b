package dev.aroma.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A node of the tree: its own parameters, its children, and whether it is training. */
public abstract class Module {
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Map<String, Parameter> own = new LinkedHashMap<>();
  private boolean training;

  /** Adds a child under a name, which may have dots ({@code attention.self}). */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    return module;
  }

  /** Declares a parameter of this module. */
  protected final Parameter parameter(String name, long... shape) {
    Parameter parameter = new Parameter(shape);
    own.put(name, parameter);
    return parameter;
  }

  /** Every parameter below, by full path, in the order of declaration. */
  public final Map<String, Parameter> parameters() {
    Map<String, Parameter> found = new LinkedHashMap<>();
    visit("", (path, module) -> module.own.forEach((n, p) -> found.put(join(path, n), p)));
    return Collections.unmodifiableMap(found);
  }

  /** Every module of a type below (or this one), by full path, in the order of declaration. */
  public final <M extends Module> Map<String, M> modules(Class<M> type) {
    Map<String, M> found = new LinkedHashMap<>();
    visit(
        "",
        (path, module) -> {
          if (type.isInstance(module)) {
            found.put(path, type.cast(module));
          }
        });
    return Collections.unmodifiableMap(found);
  }

  private void visit(String path, BiConsumer<String, Module> visitor) {
    visitor.accept(path, this);
    children.forEach((name, module) -> module.visit(join(path, name), visitor));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Switches dropout on or off, here and below. */
  public final void train(boolean on) {
    visit("", (path, module) -> module.training = on);
  }

  /** Whether dropout is on. */
  public final boolean training() {
    return training;
  }

  /** Frees the memory of every parameter below. */
  public final void unload() {
    parameters().values().forEach(Parameter::unload);
  }
}
