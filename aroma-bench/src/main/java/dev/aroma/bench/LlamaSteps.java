package dev.aroma.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.Instruction;
import dev.aroma.data.InstructionOptions.Learned;
import dev.aroma.data.InstructionSplit;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.PromptTemplate;
import dev.aroma.model.CausalModel;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.CausalLoss;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times training steps, optimiser included, of one method at one shape of a LLaMA with random
 * weights, and prints a line of JSON.
 *
 * <pre>
 * LlamaSteps --shape llama3-8b --method aroma --rank 1 --batch 4 --length 256 --precision bf16
 *            --device cuda [--steps 20] [--recompute true] [--loss answer] [--answer 16]
 * </pre>
 *
 * <p>Every sequence has {@code --length} tokens, the last {@code --answer} of which are learned, or
 * all of them ({@code --loss all}, the default). {@code llama_peft.py} is the same with PEFT,
 * {@link Ratios} compares the two.
 */
public final class LlamaSteps {
  private LlamaSteps() {}

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    TimedTraining training =
        TimedTraining.of(arguments, List.of("--recompute", "--loss", "--answer"), 4, 256, 5, 20);
    Arguments given = training.given();
    LlamaShape shape = LlamaShape.named(given.text("--shape", "llama3-8b"));
    Learned learned = Learned.valueOf(given.text("--loss", "all").toUpperCase(Locale.ROOT));
    boolean recompute = given.flag("--recompute", false);
    StepClock clock = new StepClock(training.device(), training.warm(), training.steps());
    CausalModel model = shape.random(training.type(), training.device());
    Words words = new Words(model.vocabularySize());
    int answer = (int) given.number("--answer", Math.min(16, training.length() / 4));
    try (TextTokenizer tokenizer = words.tokenizer(1 << 20)) {
      InstructionSplit data =
          InstructionSplit.of(
              "train",
              instructions(words, 8 * training.batch(), training.length(), answer),
              PromptTemplate.of("plain"),
              new PromptEncoder(tokenizer, Words.END),
              tokenizer.padId(),
              training.length(),
              learned);
      CausalLoss loss = new CausalLoss(model, training.device(), recompute);
      ObjectNode line = training.run(shape.id(), model, data, loss, clock);
      System.out.println(
          line.put("loss_on", learned.name().toLowerCase(Locale.ROOT)).put("recompute", recompute));
    } finally {
      model.unload();
    }
  }

  /** Of exactly so many tokens with the one before and the one behind. */
  private static List<Instruction> instructions(Words words, int count, int length, int answer) {
    Random random = new Random(0);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Instruction(
                    words.text(random, length - answer - 1), "", words.text(random, answer - 1)))
        .toList();
  }
}
