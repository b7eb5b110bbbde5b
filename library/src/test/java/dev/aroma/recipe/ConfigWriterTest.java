package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigWriterTest {
  private final ConfigWriter writer = new ConfigWriter(SampleOptions.CHOICES);

  private static SampleOptions bind(String yaml) {
    return SampleOptions.BINDER.bind(
        Config.empty().withYaml(yaml, "config.yaml"), SampleOptions.class);
  }

  @Test
  void everyResolvedValueIsWritten() {
    String yaml = writer.yaml(bind("method: lora"));
    assertThat(yaml)
        .contains("method:\n  name: \"lora\"\n  rank: 8\n")
        .contains("  max-steps: null\n")
        .contains("  learning-rate: 0.002\n")
        .contains("  dtype: \"fp32\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "method: aroma",
        "method: rslora",
        "method: head",
        "method: {targets: []}",
        "train: {learning-rate: 1e-12, max-steps: 2147483647, seed: -9223372036854775808}",
        "model: {dropout: 0.30000000000000004, dtype: half-mixed}",
      })
  void whatIsWrittenBindsToTheSame(String yaml) {
    SampleOptions options = bind(yaml);
    assertThat(bind(writer.yaml(options))).isEqualTo(options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "null", "~", "true", "1e3", "a: b", "- a", "#x", "*x", "&x", "é 中 🙂", "two\nlines",
        " spaces ", "'", "\"", "\\", "\t", "[a", "{", "!!x", "%", "@", "0x10", "2026-01-01"
      })
  void oddTextSurvives(String text) {
    SampleOptions defaults = bind("");
    SampleOptions options =
        new SampleOptions(
            new SampleOptions.Model(text, 0.1, SampleOptions.Precision.FP32),
            defaults.task(),
            new SampleOptions.Aroma(1, 1, 1, List.of(text)),
            defaults.train(),
            new SampleOptions.Output(Path.of("a b"), List.of("null")));
    assertThat(bind(writer.yaml(options))).isEqualTo(options);
  }

  @Test
  void nullWhereADefaultIsCannotBeWritten() {
    SampleOptions defaults = bind("");
    SampleOptions options =
        new SampleOptions(
            defaults.model(), defaults.task(), null, defaults.train(), defaults.output());
    assertThatThrownBy(() -> writer.yaml(options)).isInstanceOf(IllegalArgumentException.class);
  }
}
