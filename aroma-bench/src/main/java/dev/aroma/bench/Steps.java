package dev.aroma.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.BatchSource;
import dev.aroma.data.EncodedSplit;
import dev.aroma.data.Example;
import dev.aroma.data.Split;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.ClassificationLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Times training steps, optimiser included, of one method at one shape of an encoder, and prints a
 * line of JSON.
 *
 * <pre>
 * Steps --shape roberta-base --method aroma --batch 32 --length 128 [--rank 8] [--warm 30]
 *       [--steps 50] [--device cuda] [--precision bf16] [--recorded false] [--mrpc DIR]
 * </pre>
 *
 * <p>Every sequence has {@code --length} tokens, special ones included; with {@code --mrpc} they
 * are MRPC's own, in its order by length groups, cut off at that length. {@code steps_peft.py} is
 * the same with PEFT, {@link Ratios} compares the two.
 */
public final class Steps {
  private static final int WARM = 30;
  private static final Words WORDS = new Words(30_522);

  private Steps() {}

  /** Runs it; see the class. */
  public static void main(String[] words) throws IOException {
    TimedTraining training =
        TimedTraining.of(words, List.of("--recorded", "--mrpc"), 32, 128, WARM, 50);
    Arguments given = training.given();
    boolean recorded = given.flag("--recorded", true);
    String shape = given.text("--shape", "roberta-base");
    boolean full = training.method().equals("full");
    StepClock clock = new StepClock(training.device(), training.warm(), training.steps());
    SequenceClassifier model =
        RandomEncoder.load(shape, training.device(), training.type(), full, null);
    try (TextTokenizer tokenizer = WORDS.tokenizer(training.length())) {
      ObjectNode line =
          training.run(
              shape,
              model,
              data(training, tokenizer),
              new ClassificationLoss(model, training.device(), false, recorded),
              clock);
      System.out.println(
          line.put("data", given.has("--mrpc") ? "mrpc" : "full").put("recorded", recorded));
    } finally {
      model.unload();
    }
  }

  private static BatchSource data(TimedTraining training, TextTokenizer tokenizer) {
    String mrpc = training.given().text("--mrpc", null);
    if (mrpc != null) {
      Split train = Tasks.load(TaskOptions.of("mrpc", Path.of(mrpc))).train();
      return EncodedSplit.of(asWords(train), tokenizer);
    }
    Random random = new Random(0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8 * training.batch(); i++) {
      String text = WORDS.text(random, training.length() - 2);
      examples.add(Example.ofClass(text, null, i % 2));
    }
    return EncodedSplit.of(new Split("train", examples), tokenizer);
  }

  private static Split asWords(Split split) {
    return new Split(
        split.name(),
        split.examples().stream()
            .map(e -> Example.ofClass(WORDS.instead(e.text()), WORDS.instead(e.pair()), e.label()))
            .toList());
  }
}
