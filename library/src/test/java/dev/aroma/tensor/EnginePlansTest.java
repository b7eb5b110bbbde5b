package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All that rests on plans would be tested in vain where they are missing by mistake. */
class EnginePlansTest {
  @Test
  void plansAreThereWhereTheProcessorHasAvx2() throws IOException {
    Path processor = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(processor), "no list of the processor's features");
    List<String> lines = Files.readAllLines(processor);
    assumeTrue(lines.stream().anyMatch(line -> line.startsWith("flags")), "no x86 processor");
    assumeTrue(System.getenv("ONEDNN_MAX_CPU_ISA") == null, "oneDNN is held back");
    assertThat(Engine.plans())
        .isEqualTo(lines.stream().anyMatch(line -> List.of(line.split("\\s+")).contains("avx2")));
  }
}
