package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.OwnAdapter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an adapter's files hold, told without its model.
 *
 * @param type how it changes the model: {@code lora} (what AROMA delivers, too), {@code dora},
 *     {@code ia3}, {@code houlsby}, {@code prompt-tuning}, …
 * @param baseModel id or path; empty where the files name none
 * @param ranks by module path, where the changes have ranks
 * @param effectiveRanks by module path, where they follow from the files
 * @param parts what was changed elsewhere, or how, by kind of module
 * @param parameters that were trained, without the head's
 * @param head parameters of the head: those of no layer and no embedding
 */
public record AdapterSummary(
    String type,
    String baseModel,
    Map<String, Integer> ranks,
    Map<String, Double> effectiveRanks,
    List<Part> parts,
    long parameters,
    long head) {
  /**
   * Modules alike, over all layers.
   *
   * @param where the module within a layer, such as {@code attention.self.key}
   * @param count how many there are
   * @param parameters of all of them
   * @param what was done there, in words
   */
  public record Part(String where, int count, long parameters, String what) {}

  /** Copies the collections. */
  public AdapterSummary {
    ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    effectiveRanks = Collections.unmodifiableMap(new LinkedHashMap<>(effectiveRanks));
    parts = List.copyOf(parts);
  }

  /**
   * Reads one.
   *
   * @param directory of an adapter, of PEFT or ours
   * @throws InputException if it is none, damaged, or of a kind that we do not know
   */
  public static AdapterSummary read(Path directory) {
    if (!AdapterFiles.isIn(directory)) {
      return read(Adapters.in(directory));
    }
    if (OwnAdapter.isIn(directory)) {
      return SummaryReader.own(OwnAdapter.read(directory));
    }
    if (!AdapterFiles.isPeft(directory)) {
      return SummaryReader.head(AdapterStore.parameters(directory));
    }
    return SummaryReader.peft(directory);
  }

  /** Ranks of all modules. */
  public long totalRank() {
    return ranks.values().stream().mapToLong(Integer::longValue).sum();
  }
}
