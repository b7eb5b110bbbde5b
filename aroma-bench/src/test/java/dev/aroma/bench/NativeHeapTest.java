package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import org.junit.jupiter.api.Test;

class NativeHeapTest {
  @Test
  void whatIsTakenShowsUntilItIsGivenBack() {
    assumeTrue(NativeHeap.bytesInUse() > 0, "skipped: the C library is not glibc 2.33 or newer");
    long size = 256L << 20; // more than anything else here takes meanwhile
    long before = NativeHeap.bytesInUse();
    try (Memory memory = new Memory(size)) {
      assertThat(NativeHeap.bytesInUse() - before).isBetween(size * 3 / 4, size * 5 / 4);
      assertThat(memory.size()).isEqualTo(size);
    }
    assertThat(NativeHeap.bytesInUse() - before).isLessThan(size / 4);
  }
}
