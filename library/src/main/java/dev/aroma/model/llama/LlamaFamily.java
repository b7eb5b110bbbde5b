package dev.aroma.model.llama;

import dev.aroma.io.JsonConfig;
import dev.aroma.model.CausalFamily;
import dev.aroma.model.CausalModel;
import java.util.Set;

/** LLaMA. */
public final class LlamaFamily implements CausalFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("llama");
  }

  @Override
  public CausalModel causal(JsonConfig config, Double dropout) {
    return new LlamaModel(LlamaConfig.of(config, dropout));
  }
}
