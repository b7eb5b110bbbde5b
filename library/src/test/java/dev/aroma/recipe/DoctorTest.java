package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  @TempDir Path directory;

  @Test
  void allThatTrainingNeedsIsLookedAtAndWorksHere() {
    List<Check> checks = Doctor.examine(Map.of("XDG_CACHE_HOME", directory.toString()));
    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "java",
            "platform",
            "cpu",
            "memory",
            "libtorch",
            "threads",
            "libraries",
            "cuda",
            "fp32",
            "bf16",
            "tokenizers",
            "cache",
            "hub cache",
            "disk");
    assertThat(checks).noneMatch(check -> check.level() == Check.Level.BROKEN);
    assertThat(checks)
        .allSatisfy(c -> assertThat(c.hint().isEmpty()).isEqualTo(c.level() == Check.Level.OK));
    assertThat(value(checks, "fp32")).matches("[1-9]\\d* GFLOP/s on .*");
    assertThat(value(checks, "libraries")).matches("OpenBLAS, oneDNN [\\d.]+, OpenMP [\\d.]+.*");
    assertThat(value(checks, "hub cache")).contains(directory.toString(), "not there yet");
  }

  private static String value(List<Check> checks, String name) {
    return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().value();
  }

  @Test
  void aFileWhereACacheShouldBeIsTold() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Check cache =
        Doctor.examine(Map.of("XDG_CACHE_HOME", file.toString())).stream()
            .filter(check -> check.name().equals("cache"))
            .findFirst()
            .orElseThrow();
    assertThat(cache.value()).contains("not writable");
    assertThat(cache.hint()).contains("XDG_CACHE_HOME");
  }
}
