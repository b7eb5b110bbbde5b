package dev.aroma.bench;

import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.AdaLoraOptions;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.Ia3Options;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.LoraOptions;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.PursuitOptions;
import dev.aroma.peft.ReLoraOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Tuner;
import dev.aroma.peft.VeraOptions;
import dev.aroma.recipe.AdapterStore;
import dev.aroma.recipe.ModelFiles;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains every method that PEFT has a format for, a few steps each on random batches, and writes
 * the adapters with the logits they give: {@code check_adapters.py} loads them with PEFT.
 *
 * <p>Usage: {@code WriteAdapters BASE_DIR OUT_DIR}, the base being a Hugging Face directory of a
 * BERT or RoBERTa. Each adapter comes into a new directory {@code OUT_DIR/<name>}.
 */
public final class WriteAdapters {
  private static final int STEPS = 30;
  private static final int LABELS = 2;
  private static final int ROWS = 8;
  private static final int LENGTH = 12;
  private static final int FIRST_WORD = 5; // ids below are padding and other special ones
  private static final double RATE = 5e-3;
  private static final List<String> TARGETS =
      List.of(
          "query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense");

  private final ModelFiles files;
  private final Path out;

  private WriteAdapters(ModelFiles files, Path out) {
    this.files = files;
    this.out = out;
  }

  /** Writes all adapters. */
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: WriteAdapters BASE_DIR OUT_DIR");
    }
    Path out = Files.createDirectories(Path.of(args[1]));
    WriteAdapters writer = new WriteAdapters(ModelFiles.find(args[0], System.out::println), out);
    for (Map.Entry<String, MethodOptions> entry : methods().entrySet()) {
      writer.write(entry.getKey(), entry.getValue());
      System.out.println("wrote " + out.resolve(entry.getKey()));
    }
  }

  private static Map<String, MethodOptions> methods() {
    Map<String, MethodOptions> all = new LinkedHashMap<>();
    all.put("aroma", aroma());
    all.put("aroma-padded", aroma());
    all.put("pursuit", new PursuitOptions(TARGETS, 1, 4, 0, 10, 2, 3));
    all.put("relora", new ReLoraOptions(TARGETS, 2, 8, 0, 10, 0.001));
    all.put("lora", new LoraOptions(TARGETS, 4, 8, 0, false, false, 1));
    all.put("lora-rslora", new LoraOptions(TARGETS, 4, 8, 0, true, false, 1));
    all.put("lora-plus", new LoraOptions(TARGETS, 4, 8, 0, false, false, 4));
    all.put("lora-dora", new LoraOptions(TARGETS, 4, 8, 0, false, true, 1));
    all.put("adalora", adalora());
    all.put("adalora-padded", adalora());
    all.put("adalora-native", adalora());
    all.put("vera", new VeraOptions(TARGETS, 16, 0, 0.1));
    all.put(
        "ia3", new Ia3Options(List.of("key", "value"), List.of("/.*\\.\\d+\\.output\\.dense/")));
    return all;
  }

  /** Ranks come to differ: a tolerance in between freezes some modules early. */
  private static MethodOptions aroma() {
    return new AromaOptions(
        TARGETS,
        1,
        4,
        0,
        10,
        5,
        0.1,
        InnerChange.SIGNED,
        0.03,
        AromaOptions.Reset.FULL,
        0,
        AromaOptions.Init.UNIFORM,
        4,
        0);
  }

  private static MethodOptions adalora() {
    return new AdaLoraOptions(TARGETS, 6, 3, 12, 0, 5, 10, 1, 0.1, 0.85, 0.85);
  }

  private void write(String name, MethodOptions options) {
    Path target = out.resolve(name);
    SequenceClassifier model = files.classifier(LABELS, 0.0);
    files.load(model, Device.CPU, path -> DType.F32, 1);
    Setup setup = new Setup(new Rng(2), Device.CPU, STEPS, model.head());
    try (Tuner tuner = options.method().attach(model, setup)) {
      train(model, tuner);
      if (name.endsWith("-native")) {
        AdapterStore.writeAdaLora(target, files.name(), model, tuner);
      } else {
        Mode mode = name.endsWith("-padded") ? Mode.PADDED : Mode.COMPACT;
        AdapterStore.write(target, files.name(), model, tuner, mode);
      }
      writeAnswers(model, target.resolve("io.safetensors"));
      System.out.println(name + ": ranks " + tuner.ranks().values());
    }
    model.unload();
  }

  private static void train(SequenceClassifier model, Tuner tuner) {
    model.train(true);
    try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups(model, tuner), Device.CPU)) {
      for (int step = 0; step < STEPS; step++) {
        tuner.beforeStep(step);
        backward(model, tuner, step % 4);
        adam.step(group -> RATE * group.rate());
        Outcome outcome = tuner.afterStep(step + 1);
        adam.zeroGradients();
        if (outcome.finished()) {
          break;
        }
        if (outcome.restart()) {
          adam.regroup(groups(model, tuner));
          adam.reset("adapter");
        }
      }
      tuner.finish(STEPS);
    }
    model.train(false);
  }

  private static void backward(SequenceClassifier model, Tuner tuner, int batch) {
    try (Scope scope = Scope.open()) {
      Inputs inputs = inputs(model, batch);
      Tensor labels = new Rng(50 + batch).uniform(0, LABELS, ROWS).to(DType.I64);
      Tensor loss = Ops.crossEntropy(model.logits(inputs), labels);
      Tensor penalty = tuner.penalty();
      (penalty == null ? loss : loss.add(penalty)).backward();
    }
  }

  /** Random words; in each row the last tokens are padding, one more in the next row. */
  private static Inputs inputs(SequenceClassifier model, int seed) {
    Tensor ids =
        new Rng(seed).uniform(FIRST_WORD, model.vocabularySize() - 1, ROWS, LENGTH).to(DType.I64);
    long[] words = ids.longs();
    long[] mask = new long[words.length];
    for (int i = 0; i < words.length; i++) {
      mask[i] = i % LENGTH < LENGTH - i / LENGTH / 2 ? 1 : 0;
      words[i] = mask[i] == 1 ? words[i] : 1; // RoBERTa's padding, which BERT's mask hides as well
    }
    return new Inputs(
        Tensor.of(words, ROWS, LENGTH),
        Tensor.zeros(DType.I64, Device.CPU, ROWS, LENGTH),
        Tensor.of(mask, ROWS, LENGTH));
  }

  private static List<ParameterGroup> groups(SequenceClassifier model, Tuner tuner) {
    List<Parameter> head =
        model.parameters().entrySet().stream()
            .filter(e -> model.inHead(e.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    List<ParameterGroup> all = new ArrayList<>();
    all.add(new ParameterGroup("head", head, 1, 0));
    all.addAll(tuner.groups());
    return all;
  }

  private static void writeAnswers(SequenceClassifier model, Path file) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Inputs inputs = inputs(model, 99);
      SafetensorsWriter.write(
          file,
          List.of(
              raw("input_ids", inputs.ids()),
              raw("attention_mask", inputs.mask()),
              raw("logits", model.logits(inputs))));
    }
  }

  private static RawTensor raw(String name, Tensor tensor) {
    return RawTensor.of(name, tensor.dtype(), tensor.shape(), tensor::bytes);
  }
}
