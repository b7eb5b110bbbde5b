package dev.aroma.bench;

import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.AdaLoraOptions;
import dev.aroma.peft.AromaOptions;
import dev.aroma.peft.Change;
import dev.aroma.peft.Dora;
import dev.aroma.peft.Ia3Options;
import dev.aroma.peft.InnerChange;
import dev.aroma.peft.LoraOptions;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.PursuitOptions;
import dev.aroma.peft.ReLoraOptions;
import dev.aroma.peft.Setup;
import dev.aroma.peft.Triplets;
import dev.aroma.peft.Tuner;
import dev.aroma.peft.VeraOptions;
import dev.aroma.recipe.AdapterStore;
import dev.aroma.recipe.Export;
import dev.aroma.recipe.ModelFiles;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains every method that PEFT has a format for, a few steps each on random batches, and writes
 * the adapters with the logits they give, what they are exported to, and the merged models: {@code
 * check_adapters.py} loads them with PEFT and transformers.
 *
 * <p>Usage: {@code WriteAdapters BASE_DIR OUT_DIR}, the base being a Hugging Face directory of a
 * BERT, RoBERTa or LLaMA with its tokenizer. Each adapter comes into a new directory {@code
 * OUT_DIR/<name>}.
 */
public final class WriteAdapters {
  private static final int STEPS = 30;
  private static final double RATE = 5e-3;

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
    writer.methods().forEach(writer::write);
  }

  /** The methods, made for the layers that they are to change. */
  private Map<String, Function<List<String>, MethodOptions>> methods() {
    Map<String, Function<List<String>, MethodOptions>> all = new LinkedHashMap<>();
    all.put("aroma", WriteAdapters::aroma);
    all.put("pursuit", layers -> new PursuitOptions(layers, 1, 4, 0, 10, 2, 3));
    all.put("relora", layers -> new ReLoraOptions(layers, 2, 8, 0, 10, 0.001));
    all.put("lora", layers -> new LoraOptions(layers, 8, 16, 0, false, false, 1));
    all.put("lora-rslora", layers -> new LoraOptions(layers, 8, 16, 0, true, false, 1));
    all.put("lora-plus", layers -> new LoraOptions(layers, 8, 16, 0, false, false, 4));
    all.put("lora-dora", layers -> new LoraOptions(layers, 8, 16, 0, false, true, 1));
    all.put(
        "adalora", layers -> new AdaLoraOptions(layers, 6, 3, 12, 0, 5, 10, 1, 0.1, 0.85, 0.85));
    all.put("vera", layers -> new VeraOptions(layers, 16, 0, 0.1));
    all.put("ia3", layers -> ia3());
    return all;
  }

  private MethodOptions ia3() {
    return files.writes()
        ? new Ia3Options(List.of("k_proj", "v_proj"), List.of("down_proj"))
        : new Ia3Options(List.of("key", "value"), List.of("/.*\\.\\d+\\.output\\.dense/"));
  }

  /** Ranks come to differ: a tolerance in between freezes some modules early. */
  private static MethodOptions aroma(List<String> layers) {
    return new AromaOptions(
        layers,
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

  private void write(String name, Function<List<String>, MethodOptions> method) {
    TrialModel trial = TrialModel.load(files);
    MethodOptions options = method.apply(trial.targets());
    Setup setup = new Setup(new Rng(2), Device.CPU, STEPS, trial.model().head());
    try (Tuner tuner = options.method().attach(trial.model(), setup)) {
      train(trial, tuner);
      Path target = out.resolve(name);
      AdapterStore.write(target, files.name(), trial.model(), tuner, Mode.COMPACT);
      for (Export.Format format : formats(tuner)) {
        Path exported = out.resolve(name + "-to-" + format);
        Export.write(target, format, Export.SHARD_BYTES, exported);
        trial.answer(exported);
      }
      if (name.equals("adalora")) {
        Path own = out.resolve("adalora-native");
        AdapterStore.writeAdaLora(own, files.name(), trial.model(), tuner);
        trial.answer(own);
      }
      trial.answer(target);
      AnswerAdapters.merge(files, target);
      System.out.println("wrote " + target + ", ranks " + tuner.ranks().values());
    }
    trial.model().unload();
  }

  /** What its adapter can be exported to besides. */
  private static List<Export.Format> formats(Tuner tuner) {
    Change first = tuner.changes().values().iterator().next();
    if (first instanceof Dora) {
      return List.of(Export.Format.PEFT_PADDED);
    }
    return first instanceof LowRank || first instanceof Triplets
        ? List.of(Export.Format.PEFT_PADDED, Export.Format.PEFT_ADALORA)
        : List.of();
  }

  private static void train(TrialModel trial, Tuner tuner) {
    trial.model().train(true);
    try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups(trial, tuner), Device.CPU)) {
      for (int step = 0; step < STEPS; step++) {
        tuner.beforeStep(step);
        backward(trial, tuner, step % 4);
        adam.step(group -> RATE * group.rate());
        Outcome outcome = tuner.afterStep(step + 1);
        adam.zeroGradients();
        if (outcome.finished()) {
          break;
        }
        if (outcome.restart()) {
          adam.regroup(groups(trial, tuner));
          adam.reset("adapter");
        }
      }
      tuner.finish(STEPS);
    }
    trial.model().train(false);
  }

  private static void backward(TrialModel trial, Tuner tuner, int batch) {
    try (Scope scope = Scope.open()) {
      Tensor loss = trial.loss(batch);
      Tensor penalty = tuner.penalty();
      Tensor whole = penalty == null ? loss : loss.add(penalty);
      if (whole.requiresGrad()) { // steps that train the head alone train nothing in a decoder
        whole.backward();
      }
    }
  }

  private static List<ParameterGroup> groups(TrialModel trial, Tuner tuner) {
    List<ParameterGroup> all = new ArrayList<>();
    if (!trial.head().isEmpty()) {
      all.add(new ParameterGroup("head", trial.head(), 1, 0));
    }
    all.addAll(tuner.groups());
    return all;
  }
}
