package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.EmbeddedModel;
import dev.aroma.io.HfDirectory;
import dev.aroma.io.Hub;
import dev.aroma.io.HubId;
import dev.aroma.io.TensorSource;
import dev.aroma.model.CausalFamily;
import dev.aroma.model.CausalModel;
import dev.aroma.model.ClassifierFamily;
import dev.aroma.model.Family;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Transformer;
import dev.aroma.model.Weights;
import dev.aroma.model.bert.BertFamily;
import dev.aroma.model.llama.LlamaFamily;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A checkpoint that was found: its directory, and how to make a model of it. */
public final class ModelFiles {
  /** The option value that means the model on the class path. */
  public static final String EMBEDDED = "embedded";

  /** What results call that model. */
  static final String EMBEDDED_ID = "sentence-transformers/" + EmbeddedModel.NAME;

  private static final List<Family> FAMILIES = List.of(new BertFamily(), new LlamaFamily());

  private final String name;
  private final HfDirectory directory;

  private ModelFiles(String name, HfDirectory directory) {
    this.name = name;
    this.directory = directory;
  }

  /**
   * Finds a checkpoint.
   *
   * @param path {@link #EMBEDDED}, a directory, or a Hugging Face id
   * @param messages told of downloads
   * @throws InputException if there is none, or none that we can run
   */
  public static ModelFiles find(String path, Consumer<String> messages) {
    if (path.equals(EMBEDDED)) {
      Path unpacked = EmbeddedModel.directory(System.getenv());
      return new ModelFiles(EMBEDDED_ID, HfDirectory.open(unpacked));
    }
    if (Files.exists(Path.of(path)) || !looksLikeId(path)) {
      Path absolute = Path.of(path).toAbsolutePath().normalize();
      return new ModelFiles(absolute.toString(), HfDirectory.open(absolute));
    }
    Hub hub = Hub.of(System.getenv(), new DownloadMessages(messages));
    return new ModelFiles(path, HfDirectory.open(hub.resolve(HubId.parse(path))));
  }

  private static boolean looksLikeId(String path) {
    return path.matches("[\\w.-]+(/[\\w.-]+)?(@[\\w./-]+)?") && !path.startsWith(".");
  }

  /** What results call it: a Hugging Face id, or an absolute path. */
  public String name() {
    return name;
  }

  /** Where its files are. */
  public Path path() {
    return directory.path();
  }

  /** What makes it up, for digests: its directory, and the one that an ONNX export may lie in. */
  List<Path> digested() {
    return Stream.of(path(), path().resolve("onnx")).filter(Files::isDirectory).toList();
  }

  /** Its directory. */
  public HfDirectory directory() {
    return directory;
  }

  /**
   * Declares a classifier; no memory is taken yet.
   *
   * @throws InputException if the architecture is none of ours
   */
  public SequenceClassifier classifier(int labels, Double dropout) {
    return family(ClassifierFamily.class).classifier(directory.config(), labels, dropout);
  }

  /**
   * Declares a language model; no memory is taken yet.
   *
   * @throws InputException if the architecture is none of ours, or writes no text
   */
  public CausalModel causal(Double dropout) {
    return family(CausalFamily.class).causal(directory.config(), dropout);
  }

  /** Whether its architecture writes texts, so that {@link #causal} is for it. */
  public boolean writes() {
    String type = directory.config().requireString("model_type");
    return FAMILIES.stream()
        .anyMatch(family -> family instanceof CausalFamily && family.modelTypes().contains(type));
  }

  private <F extends Family> F family(Class<F> kind) {
    String type = directory.config().requireString("model_type");
    return FAMILIES.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(family -> family.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(() -> unknown(type, kind));
  }

  private InputException unknown(String type, Class<? extends Family> kind) {
    TreeSet<String> known = new TreeSet<>();
    FAMILIES.stream().filter(kind::isInstance).forEach(family -> known.addAll(family.modelTypes()));
    return new InputException(
        "%s: model_type: expected one of %s, found '%s'"
            .formatted(directory.config().source(), known, type),
        "choose a checkpoint of one of these architectures",
        "unknown-architecture");
  }

  /**
   * Element types to load with: what is trained is float32, what is frozen as it is computed with.
   *
   * @param trained besides the head, by path
   */
  static Function<String, DType> types(Transformer model, Predicate<String> trained, DType frozen) {
    return path -> model.inHead(path) || trained.test(path) ? DType.F32 : frozen;
  }

  /** Loads the weights; returns the paths of modules that had to be initialised. */
  public List<String> load(
      Transformer model, Device device, Function<String, DType> types, long seed) {
    try (TensorSource weights = directory.weights()) {
      return Weights.load(model, weights, device, types, new Rng(seed).stream("weights"));
    }
  }

  /** The tokens that end a text, of which there may be none. */
  Set<Integer> ends() {
    return GenerationDefaults.of(directory).ends();
  }

  /**
   * The token that ends an answer, the least of its end tokens.
   *
   * @throws InputException if it has none, or one without an embedding
   */
  int endToken(Transformer model) {
    List<Integer> ends = List.copyOf(ends());
    if (ends.isEmpty() || ends.get(0) >= model.vocabularySize()) {
      throw new InputException(
          "%s: eos_token_id: expected the token that ends a text, below %d, found %s"
              .formatted(
                  directory.config().source(),
                  model.vocabularySize(),
                  ends.isEmpty() ? "none" : ends),
          "add eos_token_id to config.json; the tokenizer's files say which one it is",
          "end-token");
    }
    return ends.get(0);
  }

  /**
   * Its tokenizer.
   *
   * @throws InputException if it has ids that the model has no embedding for
   */
  public TextTokenizer tokenizer(Transformer model, int maxLength) {
    return checked(TextTokenizer.load(directory.path(), maxLength), model, directory.path());
  }

  /** A tokenizer whose ids a model knows; it is closed where it has others. */
  static TextTokenizer checked(TextTokenizer tokenizer, Transformer model, Path from) {
    if (tokenizer.vocabularySize() > model.vocabularySize()) {
      tokenizer.close();
      throw new InputException(
          "%s: the tokenizer has %d tokens, but the model has embeddings for %d"
              .formatted(from, tokenizer.vocabularySize(), model.vocabularySize()),
          "tokenizer and weights belong to different models; take both from one source",
          "tokenizer-vocabulary");
    }
    return tokenizer;
  }

  /** A line when a file starts and when it is done. */
  private static final class DownloadMessages implements Hub.Progress {
    private final Consumer<String> messages;
    private String current = "";

    DownloadMessages(Consumer<String> messages) {
      this.messages = messages;
    }

    @Override
    public void update(String file, long done, long total) {
      if (!file.equals(current)) {
        current = file;
        messages.accept(
            "downloading %s%s"
                .formatted(
                    file, total > 0 ? String.format(Locale.ROOT, " (%.1f MB)", total / 1e6) : ""));
      }
    }
  }
}
