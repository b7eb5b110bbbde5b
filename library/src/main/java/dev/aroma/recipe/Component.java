package dev.aroma.recipe;

import dev.aroma.input.Option;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One component of an options record: its key, its type and its {@link Option}. */
record Component(String key, Class<?> type, Option option, Method accessor) {
  private static final Pattern NEW_WORD = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** All components of {@code type}, in order; a missing annotation is our mistake. */
  static List<Component> of(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
  }

  private static Component of(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalStateException(component + " needs @Option");
    }
    String key = NEW_WORD.matcher(component.getName()).replaceAll("-").toLowerCase(Locale.ROOT);
    Component result = new Component(key, component.getType(), option, component.getAccessor());
    if (component.getType().isPrimitive() && option.def().isEmpty()) {
      throw new IllegalStateException(component + " is a primitive and needs a default");
    }
    if (result.isList()
        && !component.getGenericType().getTypeName().endsWith("<java.lang.String>")) {
      throw new IllegalStateException(component + " may only be a list of strings");
    }
    return result;
  }

  /** The {@code name} component of {@code type}, if there is one. */
  static Optional<Component> named(Class<? extends Record> type) {
    return of(type).stream().filter(component -> component.key.equals(Node.NAME)).findFirst();
  }

  static List<String> keys(Class<? extends Record> type) {
    return of(type).stream().map(Component::key).toList();
  }

  boolean isList() {
    return type == List.class;
  }

  boolean isSection() {
    return type.isRecord();
  }

  /** The default as if it were written; nothing if there is none. */
  Node byDefault() {
    return option.def().isEmpty()
        ? new Node.Empty("default")
        : new Node.Scalar(option.def(), "default");
  }

  Object value(Record owner) {
    try {
      accessor.setAccessible(true);
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Cannot read " + accessor, e);
    }
  }
}
