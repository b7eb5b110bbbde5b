package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AdapterSetTest {
  @Test
  void anAdapterThatIsNotThereIsNamedAndAClosedSetSaysSo() {
    AdapterSet set = AdapterSet.open("cpu", "fp32");
    assertThat(set.names()).isEmpty();
    assertThatThrownBy(() -> set.labels("topic"))
        .hasMessageContaining("No adapter is called topic");
    set.close();
    set.close();
    assertThatThrownBy(() -> set.labels("topic")).hasMessageContaining("closed");
  }
}
