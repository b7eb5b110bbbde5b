package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  @TempDir Path dir;

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(String yaml) {
    return assertThatThrownBy(
            () ->
                SampleOptions.BINDER.bind(
                    Config.empty().withYaml(yaml, "run.yaml"), SampleOptions.class))
        .isInstanceOf(InputException.class);
  }

  @Test
  void fileIsRead() throws IOException {
    Path file = Files.writeString(dir.resolve("run.yaml"), "train: {epochs: 9}");
    SampleOptions options =
        SampleOptions.BINDER.bind(Config.empty().withFile(file), SampleOptions.class);
    assertThat(options.train().epochs()).isEqualTo(9);
  }

  @Test
  void emptyFileSetsNothing() {
    for (String empty : new String[] {"", "# only a comment\n", "---\n", "null"}) {
      assertThat(Config.empty().withYaml(empty, "run.yaml").root().entries()).isEmpty();
    }
  }

  @Test
  void missingFileIsTold() {
    assertThatThrownBy(() -> Config.empty().withFile(dir.resolve("no.yaml")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such file")
        .hasMessageContaining("#config-yaml");
    assertThatThrownBy(() -> Config.empty().withFile(dir)).isInstanceOf(InputException.class);
  }

  @Test
  void bytesThatAreNoTextAreTold() throws IOException {
    Path file = Files.write(dir.resolve("run.yaml"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> Config.empty().withFile(file)).hasMessageContaining("UTF-8");
  }

  @Test
  void hugeFileIsNotRead() throws IOException {
    Path file = Files.write(dir.resolve("run.yaml"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> Config.empty().withFile(file)).hasMessageContaining("1048577 bytes");
  }

  @Test
  void tabIsToldWithItsLine() {
    refused("train:\n\tepochs: 3\n")
        .hasMessageContaining("run.yaml, line 2")
        .hasMessageContaining("spaces");
  }

  @Test
  void brokenYamlIsToldWithItsLine() {
    refused("train:\n  epochs: [3\nmethod: x\n").hasMessageContaining("run.yaml, line 3");
    refused("a: b: c").hasMessageContaining("run.yaml, line 1");
    refused("a: 'open").hasMessageContaining("run.yaml");
    refused("? [a, b]\n: c").hasMessageContaining("run.yaml");
    refused("a: \u0000").hasMessageContaining("run.yaml");
  }

  @Test
  void somethingElseThanAMapIsTold() {
    refused("- a\n- b").hasMessageContaining("found a list (run.yaml, line 1)");
    refused("hello").hasMessageContaining("found \"hello\"");
  }

  @Test
  void secondDocumentIsTold() {
    refused("a: 1\n---\nb: 2").hasMessageContaining("a second document (run.yaml, line");
  }

  @Test
  void duplicateKeysAreToldWithBothLines() {
    refused("train:\n  epochs: 1\n  seed: 2\n  epochs: 3\n")
        .hasMessageContaining("epochs: written twice (run.yaml, line 2 and run.yaml, line 4)");
  }

  @Test
  void anchorsAndAliasesAreRefusedBeforeTheyUnfold() {
    refused("a: &x [1]\nb: *x").hasMessageContaining("anchor or alias (run.yaml, line 1)");
    refused("a: &x\n  k: 1\n").hasMessageContaining("anchor or alias");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(bomb.toString()).hasMessageContaining("anchor or alias");
  }

  @Test
  void deepNestingIsRefused() {
    refused("a: " + "[".repeat(40) + "]".repeat(40)).hasMessageContaining("nested more than 20");
    refused("a: " + "[".repeat(100_000)).hasMessageContaining("run.yaml");
  }

  @Test
  void tagsNameNoClasses() {
    refused("model: !!javax.script.ScriptEngineManager [!!java.net.URL [\"file:/x\"]]")
        .hasMessageContaining("model: found a list");
  }

  @Test
  void windowsLineEndsAndByteOrderMarkAreFine() throws IOException {
    byte[] text = "\uFEFFtrain:\r\n  epochs: 4\r\n".getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(dir.resolve("run.yaml"), text);
    SampleOptions options =
        SampleOptions.BINDER.bind(Config.empty().withFile(file), SampleOptions.class);
    assertThat(options.train().epochs()).isEqualTo(4);
  }

  @Test
  void yamlInAnAssignmentIsRead() {
    SampleOptions options =
        SampleOptions.BINDER.bind(
            Config.empty().withSet("method={name: lora, rank: 2}"), SampleOptions.class);
    assertThat(options.method()).isEqualTo(new SampleOptions.Lora("lora", 2));
    assertThatThrownBy(() -> Config.empty().withSet("method={name"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--set method={name");
  }

  @Test
  void valueMayHoldColonsAndEqualsSigns() {
    SampleOptions options =
        SampleOptions.BINDER.bind(
            Config.empty().withSet("model.path=C: d=e # f"), SampleOptions.class);
    assertThat(options.model().path()).isEqualTo("C: d=e # f");
  }
}
