package dev.aroma.recipe;

import dev.aroma.input.Option;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the text of one value becomes an int, a path, an enum …, and what is allowed. */
record ScalarType(Class<?> type, Option option) {
  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d+(_\\d+)*");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+(_\\d+)*\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Map<Class<?>, String> NAMES =
      Map.of(
          int.class, "int",
          Integer.class, "int",
          long.class, "long",
          Long.class, "long",
          double.class, "double",
          Double.class, "double",
          boolean.class, "boolean",
          Boolean.class, "boolean",
          String.class, "string",
          Path.class, "path");

  ScalarType {
    if (!type.isEnum() && !NAMES.containsKey(type)) {
      throw new IllegalStateException("No option can be of " + type);
    }
  }

  /** The type as the reference page names it. */
  String name() {
    return type.isEnum() ? "choice" : NAMES.get(type);
  }

  /** The value, if the text is allowed. */
  Optional<Object> parse(String text) {
    return switch (name()) {
      case "int" -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE).map(Long::intValue);
      case "long" -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE).map(Long::valueOf);
      case "double" -> decimal(text).map(Double::valueOf);
      case "boolean" ->
          List.of("true", "false").contains(text) ? Optional.of(text.equals("true")) : none();
      case "path" -> path(text);
      case "choice" -> constant(text);
      default -> text(text);
    };
  }

  /** Without NUL, which YAML can write as {@code \0}: some texts may be the name of a file. */
  private Optional<Object> text(String text) {
    boolean allowed = words().isEmpty() ? text.indexOf('\0') < 0 : words().contains(text);
    return allowed ? Optional.of(text) : Optional.empty();
  }

  private static Optional<Object> none() {
    return Optional.empty();
  }

  private Optional<Long> whole(String text, long smallest, long largest) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      long value = Long.parseLong(text.replace("_", ""));
      boolean fits = value >= smallest && value <= largest;
      return fits && inRange((double) value) ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  private Optional<Double> decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text.replace("_", ""));
    return Double.isFinite(value) && inRange(value) ? Optional.of(value) : Optional.empty();
  }

  private boolean inRange(double value) {
    boolean above = option.exclusive() ? value > option.min() : value >= option.min();
    return above && value <= option.max();
  }

  private static Optional<Object> path(String text) {
    try {
      // A shell opens ~ only at the start of a word, so neither in YAML nor after --set key=.
      return text.startsWith("~/")
          ? Optional.of(Path.of(System.getProperty("user.home"), text.substring(2)))
          : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Optional<Object> constant(String text) {
    return Arrays.<Object>stream(type.getEnumConstants())
        .filter(value -> format(value).equals(text))
        .findFirst();
  }

  /** The texts that are allowed, if they are few; else empty. */
  List<String> words() {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(ScalarType::format).toList()
        : List.of(option.allowed());
  }

  /** What is allowed, for a person. */
  String allowed() {
    return switch (name()) {
      case "int", "long" -> "a whole number" + range();
      case "double" -> "a number" + range();
      case "boolean" -> "true or false";
      case "path" -> "a path";
      default -> words().isEmpty() ? "text" : String.join(", ", words());
    };
  }

  private String range() {
    String from = bound(option.exclusive() ? " above " : " from ", option.min());
    return from + bound(from.isEmpty() || option.exclusive() ? " up to " : " to ", option.max());
  }

  private static String bound(String word, double value) {
    return Double.isInfinite(value) ? "" : word + number(value);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** A value as text that {@link #parse} takes. */
  static String format(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : value.toString();
  }
}
