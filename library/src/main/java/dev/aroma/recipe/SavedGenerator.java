package dev.aroma.recipe;

import dev.aroma.generate.Decoding;
import dev.aroma.generate.Generator;
import dev.aroma.generate.TokenListener;
import dev.aroma.input.InputException;
import dev.aroma.model.CausalModel;
import dev.aroma.peft.Method;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.text.Encoding;
import dev.aroma.text.TextTokenizer;
import dev.aroma.text.TokenStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A decoder from disk that continues texts: a checkpoint, a merged directory, or a run, whose
 * adapter is merged into its base model or, where its method cannot be, attached.
 */
public final class SavedGenerator implements AutoCloseable {
  private final CausalModel model;
  private final TextTokenizer tokenizer;
  private final Generator generator;
  private final Decoding own;
  private final AppliedAdapter adapter; // null where there is none

  private SavedGenerator(
      CausalModel model,
      TextTokenizer tokenizer,
      Generator generator,
      Decoding own,
      AppliedAdapter adapter) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.generator = generator;
    this.own = own;
    this.adapter = adapter;
  }

  /**
   * Loads what writes.
   *
   * @param model the directory of a run, a Hugging Face directory, or a Hugging Face id
   * @param adapter directory of an adapter for the model, a run's or PEFT's; null for none
   * @param engine where to compute
   * @param messages told of downloads
   * @throws InputException if there is no such model, or none that writes text
   */
  public static SavedGenerator load(
      String model, Path adapter, EngineOptions engine, Consumer<String> messages) {
    if (!RunDirectory.holdsRun(Path.of(model))) {
      return load(ModelFiles.find(model, messages), adapter, path -> false, engine);
    }
    RunDirectory run = RunDirectory.open(Path.of(model));
    RunOptions options = SavedClassifier.options(run.path());
    Method method = options.method().method();
    ModelFiles base = ModelFiles.find(options.model().path(), messages);
    Path trained = adapter == null ? Adapters.of(run) : adapter;
    return load(base, trained, method::trains, engine);
  }

  private static SavedGenerator load(
      ModelFiles files, Path adapterPath, Predicate<String> trained, EngineOptions engine) {
    Device device = engine.where();
    DType type = engine.type(device);
    CausalModel model = files.causal(null);
    AppliedAdapter adapter = null;
    TextTokenizer tokenizer = null;
    try {
      tokenizer = files.tokenizer(model, model.maxLength());
      files.load(model, device, ModelFiles.types(model, trained, type), 0);
      adapter = adapterPath == null ? null : AdapterStore.apply(model, adapterPath);
      model.computeType(type);
      model.train(false);
      GenerationDefaults defaults = GenerationDefaults.of(files.directory());
      Generator generator = new Generator(model, device, defaults.ends());
      return new SavedGenerator(model, tokenizer, generator, defaults.decoding(), adapter);
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

  /**
   * What follows each prompt, in one batch.
   *
   * @throws InputException if a prompt is empty or too long, or a number is out of range
   */
  public List<String> generate(List<String> prompts, GenerationOptions options) {
    List<int[]> ids = encode(prompts);
    List<String> texts = new ArrayList<>();
    List<int[]> found = continued(ids, options, (prompt, id) -> {});
    for (int i = 0; i < found.size(); i++) {
      TokenStream stream = new TokenStream(tokenizer, ids.get(i));
      StringBuilder text = new StringBuilder();
      for (int id : found.get(i)) {
        text.append(stream.next(id));
      }
      texts.add(text.append(stream.end()).toString());
    }
    return texts;
  }

  /**
   * Continues one prompt and gives out text as it is written.
   *
   * @param consumer gets pieces of text, none of them empty
   */
  public void stream(String prompt, GenerationOptions options, Consumer<String> consumer) {
    List<int[]> ids = encode(List.of(prompt));
    TokenStream stream = new TokenStream(tokenizer, ids.get(0));
    Consumer<String> unlessEmpty = text -> tell(text, consumer);
    continued(ids, options, (number, id) -> unlessEmpty.accept(stream.next(id)));
    unlessEmpty.accept(stream.end());
  }

  private static void tell(String text, Consumer<String> consumer) {
    if (!text.isEmpty()) {
      consumer.accept(text);
    }
  }

  private List<int[]> continued(
      List<int[]> ids, GenerationOptions options, TokenListener listener) {
    try (Scope scope = Scope.open()) {
      return generator.generate(ids, options.over(own), listener);
    }
  }

  private List<int[]> encode(List<String> prompts) {
    List<int[]> ids = new ArrayList<>();
    for (Encoding encoding : tokenizer.encodeAll(prompts)) {
      if (encoding.truncated()) {
        throw Generator.tooLong(ids.size(), "more", model.maxLength());
      }
      ids.add(encoding.ids());
    }
    return ids;
  }

  @Override
  public void close() {
    free(model, tokenizer, adapter);
  }
}
