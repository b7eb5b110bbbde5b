package dev.aroma.fuzz;

import dev.aroma.input.InputException;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.EngineOptions;
import dev.aroma.recipe.FineTuning;
import dev.aroma.recipe.ModelFiles;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.SavedClassifier;
import dev.aroma.recipe.TinyCheckpoint;
import dev.aroma.recipe.Watch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole directories: a checkpoint with its config, and a finished run. */
final class ModelFuzz {
  private static final EngineOptions CPU = new EngineOptions("cpu", "fp32");

  private ModelFuzz() {}

  /** Declared, loaded, and asked once, with dropout. */
  static FuzzTarget target(Path workplace) throws IOException {
    Path sound = TinyCheckpoint.write(workplace);
    return new FuzzTarget(
        "model directory",
        FuzzTargets.filesIn(sound),
        Map.of("config.json", Form.JSON, "model.safetensors", Form.SAFETENSORS),
        "",
        ModelFuzz::load);
  }

  private static void load(Path directory) {
    ModelFiles files = ModelFiles.find(directory.toString(), text -> {});
    SequenceClassifier model = files.classifier(3, null);
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      files.load(model, Device.CPU, path -> DType.F32, 0);
      model.train(true);
      model.logits(TinyModels.inputs()).floats();
    } finally {
      model.unload();
    }
  }

  /** Read as every command reads it, and loaded to predict. */
  static FuzzTarget run(Path workplace) throws IOException {
    Path base = TinyCheckpoint.write(workplace.resolve("base"));
    Path texts = TinyCheckpoint.texts(workplace.resolve("texts.csv"));
    Path run = workplace.resolve("run");
    Config config = Config.empty().with("model.path", base.toString(), "fuzz");
    config = config.with("task.name", "text", "fuzz").with("task.data", texts.toString(), "fuzz");
    config = config.with("task.max-length", "8", "fuzz").with("method.name", "lora", "fuzz");
    config = config.with("train.max-steps", "4", "fuzz").with("engine.device", "cpu", "fuzz");
    config = config.with("output", run.toString(), "fuzz");
    FineTuning.run(Recipes.bind(config), List.of("fuzz"), Watch.NOBODY);
    Map<String, Form> damaged = new LinkedHashMap<>();
    damaged.put("config.yaml", Form.TEXT);
    damaged.put("metrics.jsonl", Form.JSON_LINES);
    for (String json : List.of("manifest.json", "result.json", "labels.json")) {
      damaged.put(json, Form.JSON);
    }
    return new FuzzTarget(
        "run directory", FuzzTargets.filesIn(run), damaged, "", ModelFuzz::readRun);
  }

  private static void readRun(Path directory) {
    FuzzTargets.readRun(directory);
    if (Recipes.options(directory).model().path().equals(ModelFiles.EMBEDDED)) {
      return; // the path is lost; the embedded model would be unpacked, which is no small file
    }
    try (SavedClassifier saved = SavedClassifier.load(directory, CPU)) {
      saved.classify(List.of("w1 w2"), null);
    } catch (InputException e) {
      if (!e.getMessage().startsWith("model directory ")) { // that is another file, which it names
        throw e;
      }
    }
  }
}
