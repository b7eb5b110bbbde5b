package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReferenceTest {
  private final Reference reference = Reference.of(SampleOptions.CHOICES, SampleOptions.class);

  @Test
  void everyOptionIsListedOnceInOrder() {
    assertThat(reference.entries().stream().map(Reference.Entry::key))
        .startsWith("model.path", "model.dropout", "model.dtype", "task.name")
        .contains("method.name", "method.t-in", "train.max-steps", "output.labels");
    assertThat(reference.entries().stream().map(e -> e.key() + " " + e.choice()))
        .doesNotHaveDuplicates()
        .contains("method.rank aroma", "method.rank lora", "method.rank rslora")
        .doesNotContain("method.name lora");
  }

  @Test
  void anEntrySaysTypeDefaultRangeAndHelp() {
    assertThat(reference.entries())
        .contains(
            new Reference.Entry(
                "train.epochs",
                null,
                "int",
                "3",
                "a whole number from 1 to 1000",
                "Passes over the data."),
            new Reference.Entry(
                "method.alpha", "aroma", "double", "4", "a number above 0", "Scale."),
            new Reference.Entry(
                "method.name",
                null,
                "choice",
                "aroma",
                "aroma, lora, rslora, head",
                "How to fine-tune."),
            new Reference.Entry(
                "method.targets", "aroma", "list", "query, key, value", "text", "Modules."));
  }

  @Test
  void markdownHasATableForEachSection() {
    assertThat(reference.markdown())
        .contains("## train\n\n| option | type | default | allowed | what it does |\n|---|")
        .contains("## method: aroma\n")
        .contains(
            "| `train.head-rewarm` | boolean | `false` | true or false | Re-warm the head \\| or"
                + " not. |")
        .contains("| `output.dir` | path |  | a path | Directory. |");
  }

  @Test
  void plainTextFitsATerminal() {
    assertThat(reference.plain())
        .contains(
            "train\n  train.epochs [3]  (a whole number from 1 to 1000)\n      Passes over the"
                + " data.\n");
  }

  @Test
  void aNumberBoundedAboveOnlyIsDescribed() {
    record Bounded(
        @dev.aroma.input.Option(help = "h", def = "0", max = 0.5) double a,
        @dev.aroma.input.Option(help = "h", def = "1", min = 0, max = 2, exclusive = true) int b) {}
    assertThat(
            Reference.of(Choices.none(), Bounded.class).entries().stream()
                .map(Reference.Entry::allowed))
        .containsExactly("a number up to 0.5", "a whole number above 0 up to 2");
  }
}
