package dev.aroma;

import dev.aroma.input.InputException;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.Prediction;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.recipe.SharedBase;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Several trained classifiers on one base model, whose weights are in memory once.
 *
 * <pre>{@code
 * try (AdapterSet set = AdapterSet.open("auto", "auto")) {
 *   set.add("topic", Path.of("runs/topic"));       // loads the base model
 *   set.add("sentiment", Path.of("runs/mood"));    // loads an adapter and a head
 *   set.classify("topic", List.of("a text"));
 * }
 * }</pre>
 *
 * <p>Nothing is switched: each adapter works beside the shared weights, at the cost of its two
 * narrow products a layer. A classifier of its own ({@link TextClassifier}) is a little faster, as
 * its adapter is merged. May be shared by threads: calls wait for one another.
 */
public final class AdapterSet implements AutoCloseable {
  private final EngineOptions engine;
  private final Map<String, SavedClassifier> adapters = new LinkedHashMap<>();
  private SharedBase base; // null until the first adapter names it
  private boolean closed;

  private AdapterSet(EngineOptions engine) {
    this.engine = engine;
  }

  /**
   * A set without adapters.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda}
   * @param precision {@code auto}, {@code fp32} or {@code bf16}
   */
  public static AdapterSet open(String device, String precision) {
    return new AdapterSet(new EngineOptions(device, precision));
  }

  /**
   * Adds the adapter of a run.
   *
   * @param name to ask it by; one of this name is replaced
   * @param run of aroma train or aroma import; the first one's base model is that of the set
   * @throws InputException if the run is damaged, or has another base model
   */
  public synchronized void add(String name, Path run) {
    requireOpen();
    SharedBase shared = base == null ? SharedBase.of(run, engine) : base;
    try {
      SavedClassifier added = SavedClassifier.load(run, shared);
      remove(name);
      adapters.put(name, added);
      base = shared;
    } finally {
      if (base == null) {
        shared.close();
      }
    }
  }

  /** Removes an adapter and frees what is its own; the base model stays. */
  public synchronized void remove(String name) {
    SavedClassifier removed = adapters.remove(name);
    if (removed != null) {
      removed.close();
    }
  }

  /** Names of the adapters, in the order in which they came. */
  public synchronized Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(adapters.keySet()));
  }

  /** Names of an adapter's classes in the order of its outputs; empty for a regression. */
  public synchronized List<String> labels(String adapter) {
    return adapter(adapter).labels();
  }

  /** What an adapter says of each text, in their order. */
  public synchronized List<Prediction> classify(String adapter, List<String> texts) {
    return adapter(adapter).classify(texts, null);
  }

  /** What an adapter says of each pair: text i with pair i. */
  public synchronized List<Prediction> classify(
      String adapter, List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          "Expected a pair for each text, found %d and %d".formatted(texts.size(), pairs.size()));
    }
    return adapter(adapter).classify(texts, pairs);
  }

  private SavedClassifier adapter(String name) {
    requireOpen();
    SavedClassifier found = adapters.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "No adapter is called %s; there are %s".formatted(name, adapters.keySet()));
    }
    return found;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This set is closed");
    }
  }

  /** Frees everything; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    adapters.values().forEach(SavedClassifier::close);
    adapters.clear();
    if (base != null) {
      base.close();
      base = null;
    }
  }
}
