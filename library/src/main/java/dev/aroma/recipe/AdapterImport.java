package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.Digests;
import dev.aroma.io.EmbeddedModel;
import dev.aroma.io.RawTensor;
import dev.aroma.model.CausalModel;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Transformer;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Versions;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes a run of an adapter that was trained elsewhere, so that everything that takes a run takes
 * it: base model, labels, tokenizer and adapter in one directory, checked against each other. What
 * the base model is decides: a classifier's outputs need names, a model that writes has none.
 */
public final class AdapterImport {
  /**
   * What to bring in.
   *
   * @param adapter directory of the adapter, or of a run
   * @param labels names of the classes in the order of the outputs; null for those of the task, of
   *     the adapter's directory or of the base model
   * @param config what is given of {@code model} and {@code task}; the base model is the one that
   *     the adapter names where none is given
   * @param output directory of the run
   */
  public record Request(Path adapter, List<String> labels, Config config, Path output) {}

  private static final String TASK = "instructions";

  private final Request request;
  private final Path adapter;
  private final AdapterSummary summary;
  private final Consumer<String> messages;

  private AdapterImport(Request request, Consumer<String> messages) {
    this.request = request;
    this.adapter = Adapters.in(request.adapter());
    this.messages = messages;
    requireSafe();
    this.summary = AdapterSummary.read(adapter);
  }

  /**
   * Writes the run.
   *
   * @param command words of the command line, for the manifest
   * @param messages told of downloads and of what was assumed
   * @throws InputException if adapter, base model and labels do not belong together, or one of them
   *     is not known
   */
  public static void write(Request request, List<String> command, Consumer<String> messages) {
    new AdapterImport(request, messages).write(command);
  }

  private void write(List<String> command) {
    Config config = request.config();
    if (!config.has("model.path")) {
      config = config.with("model.path", baseModel(), adapter + " (base_model_name_or_path)");
    }
    ModelFiles files = ModelFiles.find(Recipes.bind(config).model().path(), messages);
    if (files.writes()) {
      writeDecoder(config, files, command);
    } else {
      writeClassifier(config, files, command);
    }
  }

  private void writeClassifier(Config config, ModelFiles files, List<String> command) {
    RunOptions asked = Recipes.bind(config);
    List<RawTensor> parameters = AdapterStore.parameters(adapter);
    ImportedLabels heading = new ImportedLabels(adapter, files, parameters);
    List<String> names = heading.names(request.labels(), config.has("task.name"), asked.task());
    SequenceClassifier model = files.classifier(names.isEmpty() ? 1 : names.size(), null);
    int length = config.has("task.max-length") ? asked.task().maxLength() : model.maxLength();
    Config told = config;
    if (!config.has("task.name")) {
      told =
          config
              .with("task.name", "text", "import")
              .with("task.regression", String.valueOf(names.isEmpty()), "import");
    }
    write(complete(told, length), files, model, new Labels(names, length), command);
  }

  /** The run of a model that writes: as if it had learned instructions. */
  private void writeDecoder(Config config, ModelFiles files, List<String> command) {
    Config told = config.has("task.name") ? config : config.with("task.name", TASK, "import");
    RunOptions asked = Recipes.bind(told);
    requireWriting(asked);
    CausalModel model = files.causal(null);
    int length = asked.task().maxLength();
    if (!config.has("task.max-length")) {
      length = Math.min(length, model.maxLength());
    }
    write(complete(told, length), files, model, null, command);
  }

  private void requireWriting(RunOptions asked) {
    boolean labels = request.labels() != null;
    if (labels || !Tasks.writes(asked.task().name())) {
      throw new InputException(
          "%s: the base model writes texts, but %s."
              .formatted(
                  adapter,
                  labels
                      ? "--labels is given"
                      : "the task %s classifies them".formatted(asked.task().name())),
          "Leave --labels and --task out, or give --task instructions or commonsense.",
          "import-decoder");
    }
  }

  /** What the options of a run would have been, as far as the files tell. */
  private Config complete(Config config, int length) {
    Config complete =
        config
            .with("task.max-length", String.valueOf(length), "import")
            .with("output", request.output().toString(), "import");
    for (Map.Entry<String, String> option : ImportedMethod.options(adapter, summary).entrySet()) {
      complete = complete.with("method." + option.getKey(), option.getValue(), "import");
    }
    return complete;
  }

  /** Checks that all fit together, and writes. */
  private void write(
      Config complete, ModelFiles files, Transformer model, Labels labels, List<String> command) {
    RunOptions options = Recipes.bind(complete);
    int length = options.task().maxLength();
    if (length > model.maxLength()) {
      throw FineTuning.tooLong(options, model);
    }
    int cut = labels == null ? InstructionWorkload.WHOLE : length;
    try (TextTokenizer tokenizer = files.tokenizer(model, cut)) {
      requireFit(files, model);
      write(options, files, labels, tokenizer, command);
    } finally {
      model.unload();
    }
  }

  private String baseModel() {
    String named = summary.baseModel();
    if (named.isEmpty()) {
      throw new InputException(
          "%s: the adapter does not name its base model".formatted(adapter),
          "Give the model that it was trained on: --model DIR or --model org/name.",
          "import-base-model");
    }
    messages.accept("base model, as the adapter names it: " + named);
    boolean embedded = named.equals(ModelFiles.EMBEDDED_ID) && EmbeddedModel.isPresent();
    return embedded ? ModelFiles.EMBEDDED : named;
  }

  /** Pickle files can run code, so they are not read. */
  private void requireSafe() {
    Path pickled = adapter.resolve("adapter_model.bin");
    if (Files.exists(pickled) && !Files.exists(adapter.resolve("adapter_model.safetensors"))) {
      throw new InputException(
          adapter + ": has its weights only as adapter_model.bin, expected safetensors",
          "Save it again with PEFT: model.save_pretrained(DIR, safe_serialization=True).",
          "pickled-weights");
    }
  }

  /** Loads it as it will be used: what does not fit is told now. */
  private void requireFit(ModelFiles files, Transformer model) {
    files.load(model, Device.CPU, path -> DType.F32, 0);
    AdapterStore.apply(model, adapter).close();
  }

  private void write(
      RunOptions options,
      ModelFiles files,
      Labels labels,
      TextTokenizer tokenizer,
      List<String> command) {
    RunDirectory run = RunDirectory.create(options.output());
    String yaml = Recipes.yaml(options);
    run.writeConfig(yaml);
    run.writeManifest(
        Manifest.begin(
            Versions.current(Engine.version()),
            Machine.current(null),
            command,
            options.train().seed(),
            yaml,
            Map.of(),
            Digests.sha256(List.of(files.path(), adapter)),
            OffsetDateTime.now(ZoneId.systemDefault())));
    if (labels != null) {
      labels.write(run.path());
    }
    try {
      tokenizer.save(run.path());
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(run.path(), e);
    }
    AdapterFiles.copy(adapter, run.adapter());
  }
}
