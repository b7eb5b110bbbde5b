package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HfDirectoryTest {
  private static final String JSON =
      """
      {"hidden_size": 32, "eps": 1e-5, "whole": 2, "name": "bert", "tied": true, "none": null,
       "architectures": ["A", "B"], "mixed": ["a", 1], "big": 3000000000, "nan": NaN,
       "rope": {"factor": 8.0, "type": 3}}
      """;

  @TempDir Path directory;

  private final JsonConfig config = JsonConfig.parse("config.json", JSON);

  private static void refused(Runnable action, String... says) {
    assertThatThrownBy(action::run)
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
  }

  @Test
  void valuesAreReadWithTheirTypes() {
    assertThat(config.requireInt("hidden_size")).isEqualTo(32);
    assertThat(config.requireLong("big")).isEqualTo(3_000_000_000L);
    assertThat(config.requireDouble("eps")).isEqualTo(1e-5);
    assertThat(config.requireDouble("whole")).isEqualTo(2.0);
    assertThat(config.requireDouble("nan")).isNaN();
    assertThat(config.requireString("name")).isEqualTo("bert");
    assertThat(config.requireBoolean("tied")).isTrue();
    assertThat(config.strings("architectures")).containsExactly("A", "B");
    assertThat(config.object("rope").orElseThrow().requireDouble("factor")).isEqualTo(8.0);
    assertThat(config.keys()).startsWith("hidden_size", "eps");
    assertThat(config.source()).isEqualTo("config.json");
    assertThat(config.json().get("whole").intValue()).isEqualTo(2);
  }

  @Test
  void defaultsStandForAbsentAndNull() {
    for (String key : List.of("absent", "none")) {
      assertThat(config.has(key)).isFalse();
      assertThat(config.optInt(key, 7)).isEqualTo(7);
      assertThat(config.optDouble(key, 0.5)).isEqualTo(0.5);
      assertThat(config.optString(key, "x")).isEqualTo("x");
      assertThat(config.optBoolean(key, true)).isTrue();
      assertThat(config.strings(key)).isEmpty();
      assertThat(config.object(key)).isEmpty();
    }
    assertThat(config.optInt("hidden_size", 7)).isEqualTo(32);
    assertThat(config.optDouble("eps", 7)).isEqualTo(1e-5);
    assertThat(config.optString("name", "x")).isEqualTo("bert");
    assertThat(config.optBoolean("tied", false)).isTrue();
  }

  @Test
  void anErrorNamesFileKeyExpectedAndFound() {
    refused(
        () -> config.requireInt("name"),
        "config.json: key name: expected a whole number, found \"bert\"",
        "#bad-config");
    refused(() -> config.requireInt("absent"), "key absent", "found no such key");
    refused(() -> config.requireInt("none"), "key none: expected a whole number, found null");
    refused(() -> config.requireInt("eps"), "expected a whole number, found 1");
    refused(() -> config.requireInt("big"), "found 3000000000");
    refused(() -> config.requireLong("eps"), "expected a whole number");
    refused(() -> config.requireString("hidden_size"), "expected a string, found 32");
    refused(() -> config.requireDouble("name"), "expected a number");
    refused(() -> config.requireBoolean("name"), "expected true or false");
    refused(() -> config.optBoolean("name", true), "expected true or false");
    refused(() -> config.strings("mixed"), "expected a list of strings, found [\"a\",1]");
    refused(() -> config.strings("name"), "expected a list of strings");
    refused(() -> config.object("name"), "expected an object");
    refused(() -> config.object("rope").orElseThrow().requireString("type"), "key rope.type:");
  }

  @Test
  void rangesAreToldWithTheKey() {
    assertThat(config.requireInt("hidden_size", 1, 32)).isEqualTo(32);
    refused(
        () -> config.requireInt("hidden_size", 1, 16),
        "key hidden_size: expected a whole number from 1 to 16, found 32");
    refused(() -> config.requireInt("hidden_size", 33, 64), "from 33 to 64");
    JsonConfig numbers = JsonConfig.parse("x", "{\"a\": 0.5, \"b\": NaN, \"c\": 1e308, \"d\": 2}");
    assertThat(numbers.optDouble("a", 0, 0, 1)).isEqualTo(0.5);
    assertThat(numbers.optDouble("absent", 7, 0, 1)).isEqualTo(7);
    assertThat(numbers.optInt("d", 7, 1, 2)).isEqualTo(2);
    refused(() -> numbers.optInt("d", 7, 3, 4), "key d: expected a whole number from 3 to 4");
    refused(() -> numbers.optDouble("a", 0, 0.6, 1), "key a: expected a number from 0.6 to 1.0");
    refused(() -> numbers.requireDouble("b", 0, 1), "key b: expected a number from 0.0 to 1.0");
    refused(() -> LoraFactors.alpha(numbers, "c"), "key c: expected a number from", "1.0E308");
    assertThat(config.wrong("name", "a colour"))
        .hasMessageContaining("key name: expected a colour, found \"bert\"");
  }

  @Test
  void aLongValueIsCutInTheMessage() {
    JsonConfig long_ = JsonConfig.parse("f", "{\"x\": \"" + "y".repeat(500) + "\"}");
    assertThatThrownBy(() -> long_.requireInt("x"))
        .hasMessageContaining("...")
        .message()
        .hasSizeLessThan(400);
  }

  @Test
  void textThatIsNoObjectIsRefused() {
    refused(() -> JsonConfig.parse("f", ""), "f: not a JSON object", "nothing", "#bad-json");
    refused(() -> JsonConfig.parse("f", "[1]"), "it holds [1], expected an object");
    refused(() -> JsonConfig.parse("f", "{\"a\":1,}"), "#bad-json", "line 1");
    refused(() -> JsonConfig.parse("f", "{} x"), "#bad-json");
    refused(() -> JsonConfig.parse("f", "{\"a\":1,\"a\":2}"), "Duplicate");
    refused(() -> JsonConfig.parse("f", "{\"a\":".repeat(3000)), "#bad-json");
  }

  @Test
  void aModelDirectoryGivesConfigAndFiles() {
    FileBytes.write(directory.resolve("config.json"), "{\"model_type\":\"bert\"}");
    FileBytes.write(directory.resolve("tokenizer.json"), "{}");
    HfDirectory model = HfDirectory.open(directory);
    assertThat(model.path()).isEqualTo(directory);
    assertThat(model.config().requireString("model_type")).isEqualTo("bert");
    assertThat(model.file("tokenizer.json")).contains(directory.resolve("tokenizer.json"));
    assertThat(model.file("vocab.txt")).isEmpty();
    refused(model::weights, "#no-weights");
  }

  @Test
  void aDirectoryThatIsNotThereIsTold() {
    refused(() -> HfDirectory.open(directory.resolve("no")), "does not exist", "#no-such-model");
    Path file = FileBytes.write(directory.resolve("file"), "x");
    refused(() -> HfDirectory.open(file), "is a file", "#no-such-model");
  }

  @Test
  void aDirectoryWithoutConfigIsNotAModel() {
    refused(() -> HfDirectory.open(directory), "has no config.json", "#not-a-model");
    FileBytes.write(directory.resolve("adapter_config.json"), "{}");
    refused(() -> HfDirectory.open(directory), "it holds a PEFT adapter", "base model");
  }

  @Test
  void aConfigThatIsBrokenIsTold() {
    Path file = directory.resolve("config.json");
    FileBytes.write(file, "{\"a\":");
    refused(() -> HfDirectory.open(directory), file.toString(), "#bad-json");
    FileBytes.write(file, new byte[] {'{', (byte) 0xff, '}'});
    refused(() -> HfDirectory.open(directory), "not UTF-8");
  }

  @Test
  void aConfigThatIsADirectoryIsTold() {
    FileBytes.write(directory.resolve("config.json/x"), "");
    refused(() -> HfDirectory.open(directory), "cannot read", "it is a directory");
  }
}
