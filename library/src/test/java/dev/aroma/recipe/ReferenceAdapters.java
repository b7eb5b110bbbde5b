package dev.aroma.recipe;

import dev.aroma.SharedFiles;
import java.nio.file.Path;
import java.util.List;

/** Adapters that PEFT wrote, one of each kind, and the model that they belong to. */
final class ReferenceAdapters {
  private ReferenceAdapters() {}

  static List<String> names() {
    return List.of(
        "lora",
        "lora-patterns",
        "lora-bias-all",
        "dora",
        "adalora",
        "ia3",
        "vera",
        "prompt",
        "p-tuning",
        "prefix");
  }

  static Path of(String name) {
    return SharedFiles.require("reference/adapters/" + name);
  }

  static Path model() {
    return SharedFiles.require("reference/models/tiny-roberta");
  }
}
