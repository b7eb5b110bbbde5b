package dev.aroma.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model and data on which a run takes a second, and commands on them.
 *
 * @param model directory of a {@link TinyBert}
 * @param csv file of {@link Reviews}
 */
record TinyCase(Path model, Path csv) {
  static TinyCase in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new TinyCase(
        TinyBert.write(directory.resolve("model")), Reviews.csv(directory.resolve("reviews.csv")));
  }

  /** The words of a command on model and data. */
  String[] words(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--model", model.toString(), "--data", csv.toString()));
    words.addAll(List.of("--max-length", "16"));
    words.addAll(Arrays.asList(more));
    return words.toArray(String[]::new);
  }

  /** A run of so many steps into a directory. */
  Cli.Outcome train(Path output, int steps, String... more) {
    String[] words = words("train", "--output", output.toString(), "--max-steps", "" + steps);
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }
}
