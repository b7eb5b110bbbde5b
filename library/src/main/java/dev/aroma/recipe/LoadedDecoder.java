package dev.aroma.recipe;

import dev.aroma.model.CausalModel;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A model that writes, in memory and ready to: a checkpoint, or a run, whose adapter is merged into
 * its base model or, where its method cannot be, attached.
 *
 * @param tokenizer cuts nothing off
 * @param options of the run; null for a checkpoint
 * @param adapter null where there is none
 */
record LoadedDecoder(
    CausalModel model,
    TextTokenizer tokenizer,
    ModelFiles files,
    RunOptions options,
    AppliedAdapter adapter,
    Device device)
    implements AutoCloseable {
  /**
   * Loads one.
   *
   * @param model the directory of a run, a Hugging Face directory, or a Hugging Face id
   * @param adapter directory of an adapter for the model, a run's or PEFT's; null for the run's own
   * @param engine where to compute
   * @param messages told of downloads
   * @throws dev.aroma.input.InputException if there is no such model, or none that writes text
   */
  static LoadedDecoder of(
      String model, Path adapter, EngineOptions engine, Consumer<String> messages) {
    return RunDirectory.holdsRun(Path.of(model))
        ? ofRun(Path.of(model), adapter, engine, messages)
        : load(ModelFiles.find(model, messages), adapter, null, path -> false, engine);
  }

  /** Loads a run. */
  static LoadedDecoder ofRun(
      Path directory, Path adapter, EngineOptions engine, Consumer<String> messages) {
    RunDirectory run = RunDirectory.open(directory);
    RunOptions options = Recipes.options(directory);
    Path trained = adapter == null ? Adapters.of(run) : adapter;
    ModelFiles base = ModelFiles.find(options.model().path(), messages);
    return load(base, trained, options, options.method().method()::trains, engine);
  }

  private static LoadedDecoder load(
      ModelFiles files,
      Path trained,
      RunOptions options,
      Predicate<String> trainedParameters,
      EngineOptions engine) {
    Device device = engine.where();
    DType type = engine.type(device);
    CausalModel model = files.causal(null);
    TextTokenizer tokenizer = null;
    AppliedAdapter adapter = null;
    try {
      tokenizer = files.tokenizer(model, InstructionWorkload.WHOLE);
      files.load(model, device, ModelFiles.types(model, trainedParameters, type), 0);
      adapter = trained == null ? null : AdapterStore.apply(model, trained);
      model.computeType(type);
      model.train(false);
      return new LoadedDecoder(model, tokenizer, files, options, adapter, device);
    } catch (RuntimeException | Error e) {
      free(model, tokenizer, adapter);
      throw e;
    }
  }

  private static void free(CausalModel model, TextTokenizer tokenizer, AppliedAdapter adapter) {
    if (adapter != null) {
      adapter.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
    model.unload();
  }

  @Override
  public void close() {
    free(model, tokenizer, adapter);
  }
}
