package dev.aroma.io;

import java.util.List;

/**
 * A LoRA adapter as plain data.
 *
 * @param baseModel id or path of the model that it adapts; empty where unknown
 * @param taskType PEFT's name of the task, such as {@code SEQ_CLS}; empty for none
 * @param modules the low-rank updates, of any ranks
 * @param head the other trained tensors by their full names in the model, such as {@code
 *     classifier.out_proj.weight}; SEQ_CLS needs the whole head
 */
public record LoraAdapter(
    String baseModel, String taskType, List<LoraFactors> modules, List<RawTensor> head) {

  /** Copies the lists. */
  public LoraAdapter {
    modules = List.copyOf(modules);
    head = List.copyOf(head);
  }

  /** The largest rank; 0 where no module has any. */
  public int largestRank() {
    return modules.stream().mapToInt(LoraFactors::rank).max().orElse(0);
  }

  /** Whether it is a DoRA: then every module has magnitudes. */
  public boolean dora() {
    return modules.stream().anyMatch(module -> module.magnitude() != null);
  }

  /** The modules with a rank. */
  List<LoraFactors> live() {
    return modules.stream().filter(module -> module.rank() > 0).toList();
  }
}
