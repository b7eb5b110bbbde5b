package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that the README shows, run as it stands there. */
class ReadmeExampleTest {
  private static final String START = "// README-start";
  private static final String END = "// README-end";
  @TempDir Path dir;

  @Test
  void exampleTrainsAndClassifies() throws IOException {
    Path reviews = Files.writeString(dir.resolve("reviews.csv"), reviews());
    Path output = dir.resolve("run");
    // README-start
    FineTuned tuned =
        FineTune.from("embedded") // or a Hugging Face directory or id
            .task("text", reviews) // a CSV with the columns text and label
            .method("aroma")
            .set("train.max-steps", 8)
            .set("train.learning-rate", 2e-3)
            .output(output)
            .run();
    System.out.println(tuned.result().score() + ", ranks " + tuned.result().ranks());
    try (TextClassifier classifier = TextClassifier.load(tuned.directory())) {
      Prediction prediction = classifier.classify("It broke after a day.");
      System.out.println(prediction.label() + " " + prediction.probabilities());
    }
    // README-end
    assertThat(tuned.directory()).isEqualTo(output);
    assertThat(tuned.result().steps()).isEqualTo(8);
    assertThat(tuned.result().ranks()).hasSize(36);
    sharesAnswersBetweenWaysToAsk(output);
  }

  private static void sharesAnswersBetweenWaysToAsk(Path run) {
    TextClassifier classifier = TextClassifier.load(run, "cpu", "fp32");
    assertThat(classifier.labels()).containsExactly("bad", "good");
    Prediction alone = classifier.classify("It works well.");
    Prediction among = classifier.classify(List.of("Bad.", "It works well.")).get(1);
    assertThat(among.label()).isEqualTo(alone.label());
    assertThat(classifier.classify("It works.", "Well.").probabilities()).hasSize(2);
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void readmeShowsTheSameLines() throws IOException {
    Path root = repository();
    Path readme = root.resolve("README.md");
    assumeTrue(Files.exists(readme), "there is no README yet");
    String text = Files.readString(readme);
    assumeTrue(text.contains("FineTune.from("), "the README shows no example yet");
    assertThat(stripped(text)).contains("```java\n" + stripped(snippet(root)) + "\n```");
  }

  private static String snippet(Path root) throws IOException {
    Path source = root.resolve("library/src/test/java/dev/aroma/ReadmeExampleTest.java");
    String text = Files.readString(source);
    int start = text.indexOf("    " + START) + START.length() + 4; // not its declaration
    return text.substring(start, text.indexOf("    " + END));
  }

  /** Indented as it may be. */
  private static String stripped(String text) {
    return String.join("\n", text.strip().lines().map(String::strip).toList());
  }

  private static Path repository() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("library/pom.xml"))) {
      path = path.getParent();
    }
    return path;
  }

  private static String reviews() {
    StringBuilder csv = new StringBuilder("text,label\n");
    for (String thing : List.of("film", "book", "lamp", "phone", "meal", "chair", "car", "pen")) {
      for (String word : List.of("great", "lovely", "perfect", "awful", "broken", "useless")) {
        String label = List.of("great", "lovely", "perfect").contains(word) ? "good" : "bad";
        csv.append(String.format(Locale.ROOT, "The %s is %s.,%s\n", thing, word, label));
      }
    }
    return csv.toString();
  }
}
