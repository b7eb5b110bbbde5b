package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * A base model's weights, loaded once, for several classifiers that differ in adapter and head.
 *
 * <p>Each classifier has a tree of modules of its own, whose parameters share memory with these. An
 * adapter works beside them, so that none changes what the others see.
 */
public final class SharedBase implements AutoCloseable {
  private final ModelFiles files;
  private final EngineOptions engine;
  private final SequenceClassifier owner;

  private SharedBase(ModelFiles files, EngineOptions engine, SequenceClassifier owner) {
    this.files = files;
    this.engine = engine;
    this.owner = owner;
  }

  /**
   * Loads the base model of a run.
   *
   * @param run its directory
   * @param engine where to compute
   */
  public static SharedBase of(Path run, EngineOptions engine) {
    ModelFiles files = ModelFiles.find(Recipes.options(run).model().path(), message -> {});
    SequenceClassifier owner = files.classifier(1, null);
    Device device = engine.where();
    DType type = engine.type(device);
    try {
      files.load(owner, device, path -> type, 0);
    } catch (RuntimeException | Error e) {
      owner.unload();
      throw e;
    }
    return new SharedBase(files, engine, owner);
  }

  EngineOptions engine() {
    return engine;
  }

  /**
   * The files of a run's base model, which must be this one.
   *
   * @throws InputException if it is another
   */
  ModelFiles files(Path run, RunOptions options) {
    ModelFiles other = ModelFiles.find(options.model().path(), message -> {});
    if (!other.path().equals(files.path())) {
      throw new InputException(
          "%s: its base model is %s, but the adapters here share %s"
              .formatted(run, other.name(), files.name()),
          "Keep the adapters of each base model in a set of their own.",
          "adapter-other-base");
    }
    return files;
  }

  /**
   * Gives a declared model these weights without copying them; its head is zero until an adapter
   * brings one.
   *
   * @param types element types; a parameter of another type than the base's is copied
   */
  void lend(SequenceClassifier model, Function<String, DType> types) {
    Map<String, Parameter> mine = owner.parameters();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      model
          .parameters()
          .forEach(
              (path, parameter) -> {
                DType type = types.apply(path);
                parameter.value(
                    model.inHead(path)
                        ? Tensor.zeros(type, engine.where(), parameter.shape())
                        : mine.get(path).value().detach().to(type));
              });
    }
  }

  /** Frees the weights; what shares them still may keep the memory. */
  @Override
  public void close() {
    owner.unload();
  }
}
