package dev.aroma.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Reviews of a few words, good or bad, as files of a person. */
final class Reviews {
  private static final List<String> GOOD = List.of("good", "great", "fine");
  private static final List<String> BAD = List.of("bad", "awful", "poor");

  /** A text, its class, and its number: stars. */
  record Review(String text, String label, int stars) {}

  private Reviews() {}

  static List<Review> all() {
    List<Review> reviews = new ArrayList<>();
    for (String subject :
        List.of("the film", "the book", "the meal", "a film", "a book", "a meal")) {
      for (String verb : List.of(" was ", " is ", " was very ", " is very ")) {
        for (String end : List.of("", " .", " . the end")) {
          for (int i = 0; i < 3; i++) {
            reviews.add(new Review(subject + verb + GOOD.get(i) + end, "good", 5 - i));
            reviews.add(new Review(subject + verb + BAD.get(i) + end, "bad", i));
          }
        }
      }
    }
    return reviews;
  }

  static Path csv(Path file) throws IOException {
    StringJoiner text = new StringJoiner("\n", "text,label,stars\n", "\n");
    all().forEach(r -> text.add(r.text() + "," + r.label() + "," + r.stars()));
    return Files.writeString(file, text.toString());
  }
}
