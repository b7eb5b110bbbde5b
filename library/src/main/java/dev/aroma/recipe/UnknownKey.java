package dev.aroma.recipe;

import dev.aroma.input.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What to say about a key that no option has: the one meant here, or where else it belongs. */
record UnknownKey(Choices choices, Class<? extends Record> root) {

  Problem problem(String path, String key, Node node, List<String> known) {
    String full = path.isEmpty() ? key : path + "." + key;
    String hint =
        nearHere(path, key, known)
            .or(() -> otherChoices(path, key))
            .or(() -> elsewhere(key))
            .orElse("");
    return new Problem(
        full,
        "no such option (%s)%s; known here: %s"
            .formatted(node.where(), hint, String.join(", ", known)));
  }

  private static Optional<String> nearHere(String path, String key, List<String> known) {
    return Suggestion.nearest(key, known)
        .map(near -> "; did you mean " + (path.isEmpty() ? near : path + "." + near) + "?");
  }

  /** Options of the section's other records: t-in belongs to aroma, and the method here is lora. */
  private Optional<String> otherChoices(String path, String key) {
    String owners =
        Reference.of(choices, root).entries().stream()
            .filter(entry -> entry.key().equals(path + "." + key))
            .map(Reference.Entry::choice)
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(", "));
    return owners.isEmpty() ? Optional.empty() : Optional.of("; it belongs to " + owners);
  }

  private Optional<String> elsewhere(String key) {
    Map<String, List<String>> byLastWord =
        Reference.of(choices, root).entries().stream()
            .map(Reference.Entry::key)
            .distinct()
            .collect(Collectors.groupingBy(path -> path.substring(path.lastIndexOf('.') + 1)));
    return Suggestion.nearest(key, byLastWord.keySet())
        .map(near -> "; did you mean " + String.join(" or ", byLastWord.get(near)) + "?");
  }
}
