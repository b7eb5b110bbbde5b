package dev.aroma.io;

import dev.aroma.input.InputException;
import java.util.List;

/** The one message for a tensor that is not there. */
final class MissingTensor {
  private MissingTensor() {}

  static InputException in(TensorSource source, String name) {
    String tail = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    List<String> near = source.names().stream().filter(n -> n.endsWith(tail)).limit(3).toList();
    String like =
        near.isEmpty() ? "it holds " + source.names().size() + " others" : "it holds, say, " + near;
    return new InputException(
        "%s: no tensor is named %s; %s".formatted(source.source(), name, like),
        "Check that the weights belong to this architecture and task.",
        "missing-tensor");
  }
}
