package dev.aroma.bench;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.recipe.AdapterImport;
import dev.aroma.recipe.AdapterStore;
import dev.aroma.recipe.AppliedAdapter;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.Export;
import dev.aroma.recipe.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts adapters that others wrote into their base model and writes the logits they give beside
 * them: {@code check_adapters.py} compares them with PEFT's.
 *
 * <p>Usage: {@code AnswerAdapters BASE_DIR ADAPTERS_DIR}; {@code check_adapters.py --write} makes
 * adapters of random values.
 */
public final class AnswerAdapters {
  /** Where in an adapter's directory the merged model is written. */
  static final String MERGED = "merged";

  private AnswerAdapters() {}

  /** Answers for all adapters of a directory. */
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: AnswerAdapters BASE_DIR ADAPTERS_DIR");
    }
    ModelFiles files = ModelFiles.find(args[0], System.out::println);
    for (Path adapter : adapters(Path.of(args[1]))) {
      try {
        answer(files, adapter);
        merge(files, adapter);
        System.out.println("answered " + adapter);
      } catch (InputException e) { // the others are to be checked all the same
        System.out.println(e.getMessage());
      }
    }
  }

  private static List<Path> adapters(Path root) throws IOException {
    try (Stream<Path> all = Files.list(root)) {
      return all.filter(AdapterFiles::isPeft).sorted().toList();
    }
  }

  private static void answer(ModelFiles files, Path adapter) {
    TrialModel trial = TrialModel.load(files);
    try (AppliedAdapter applied = AdapterStore.apply(trial.model(), adapter)) {
      trial.answer(adapter);
    } finally {
      trial.model().unload();
    }
  }

  /** As the commands import and export do it: a run of the adapter, and a plain model of that. */
  static void merge(ModelFiles files, Path adapter) {
    Path run = adapter.resolve("run");
    List<String> labels = files.writes() ? null : List.of("no", "yes");
    Config config = Config.empty().with("model.path", files.name(), "BASE_DIR");
    AdapterImport.Request request = new AdapterImport.Request(adapter, labels, config, run);
    AdapterImport.write(request, List.of("AnswerAdapters"), message -> {});
    Export.write(run, Export.Format.HF, Export.SHARD_BYTES, adapter.resolve(MERGED));
  }
}
