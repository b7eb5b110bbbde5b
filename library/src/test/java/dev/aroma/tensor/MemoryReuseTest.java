package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryReuseTest {
  @Test
  void whatTheUserSetWins() {
    assertThat(MemoryReuse.chosen(Map.of("HOME", "/home"))).isFalse();
    assertThat(MemoryReuse.chosen(Map.of("MALLOC_TRIM_THRESHOLD_", "1"))).isTrue();
    assertThat(MemoryReuse.chosen(Map.of("GLIBC_TUNABLES", "glibc.malloc.trim_threshold=1")))
        .isTrue();
  }
}
