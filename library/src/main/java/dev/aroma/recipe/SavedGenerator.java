package dev.aroma.recipe;

import dev.aroma.data.Instruction;
import dev.aroma.data.PromptTemplate;
import dev.aroma.data.Tasks;
import dev.aroma.generate.Decoding;
import dev.aroma.generate.Generator;
import dev.aroma.generate.TokenListener;
import dev.aroma.input.InputException;
import dev.aroma.tensor.Scope;
import dev.aroma.text.Encoding;
import dev.aroma.text.TokenStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A decoder from disk that continues texts: a checkpoint, a merged directory, or a run, whose
 * adapter is merged into its base model or, where its method cannot be, attached.
 */
public final class SavedGenerator implements AutoCloseable {
  private final LoadedDecoder loaded;
  private final Generator generator;
  private final Decoding own;

  private SavedGenerator(LoadedDecoder loaded, GenerationDefaults defaults) {
    this.loaded = loaded;
    this.generator = new Generator(loaded.model(), loaded.device(), defaults.ends());
    this.own = defaults.decoding();
  }

  /**
   * Loads what writes.
   *
   * @param model the directory of a run, a Hugging Face directory, or a Hugging Face id
   * @param adapter directory of an adapter for the model, a run's or PEFT's; null for the run's
   *     own, or none where {@code model} is no run
   * @param engine where to compute
   * @param messages told of downloads
   * @throws InputException if there is no such model, or none that writes text
   */
  public static SavedGenerator load(
      String model, Path adapter, EngineOptions engine, Consumer<String> messages) {
    LoadedDecoder loaded = LoadedDecoder.of(model, adapter, engine, messages);
    try {
      return new SavedGenerator(loaded, GenerationDefaults.of(loaded.files().directory()));
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * An instruction in the words that the run learned its instructions in.
   *
   * @param input what it is asked about; empty where the instruction says it all
   * @throws InputException if this is no run that learned instructions, or its words have no place
   *     for an input
   */
  public String prompt(String instruction, String input) {
    RunOptions options = loaded.options();
    if (options == null || !Tasks.writes(options.task().name())) {
      throw new InputException(
          "Expected a run that learned instructions, found a model: %s."
              .formatted(loaded.files().name()),
          "Only a run knows the words around an instruction: give all of the text as --prompt.",
          "prompt-template");
    }
    PromptTemplate template = PromptTemplate.of(options.task().instructions().prompt());
    if (!input.isBlank() && !template.takesInput()) {
      throw new InputException(
          "Expected no input: the run's prompt template %s has no {input}."
              .formatted(template.name()),
          "Say all of it in the instruction, as the run learned it.",
          "prompt-template");
    }
    return template.prompt(new Instruction(instruction, input, ""));
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
      TokenStream stream = new TokenStream(loaded.tokenizer(), ids.get(i));
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
    TokenStream stream = new TokenStream(loaded.tokenizer(), ids.get(0));
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
    return loaded.tokenizer().encodeAll(prompts).stream().map(Encoding::ids).toList();
  }

  @Override
  public void close() {
    loaded.close();
  }
}
