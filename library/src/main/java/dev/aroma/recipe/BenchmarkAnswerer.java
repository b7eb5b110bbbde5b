package dev.aroma.recipe;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.Benchmark;
import dev.aroma.data.Benchmark.Question;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.Instruction;
import dev.aroma.data.InstructionOptions;
import dev.aroma.data.InstructionSplit;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.PromptTemplate;
import dev.aroma.generate.Decoding;
import dev.aroma.generate.Generator;
import dev.aroma.model.CausalModel;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.CausalScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A model that answers the questions of a benchmark, by writing or by the likelihood of each listed
 * answer.
 *
 * @param ends tokens that end a text
 * @param batchSize prompts at a time
 */
record BenchmarkAnswerer(
    CausalModel model,
    TextTokenizer tokenizer,
    PromptEncoder encoder,
    Device device,
    Set<Integer> ends,
    int batchSize) {
  /** What was answered to one question: the answer's index or -1, and the words. */
  record Answer(int question, int answer, String text) {}

  /**
   * Answers some questions of a set.
   *
   * @param numbers of the questions, in the order of the answers
   * @param template the words around a question
   */
  List<Answer> answers(
      Benchmark set, List<Integer> numbers, PromptTemplate template, BenchmarkOptions options) {
    List<Question> questions = numbers.stream().map(set.questions()::get).toList();
    return options.mode() == BenchmarkOptions.Mode.GENERATE
        ? written(numbers, questions, template, options)
        : likeliest(numbers, questions, template, set.name());
  }

  private List<Answer> written(
      List<Integer> numbers,
      List<Question> questions,
      PromptTemplate template,
      BenchmarkOptions options) {
    Decoding how =
        options.beams() == 1
            ? Decoding.greedy(options.tokens())
            : Decoding.beams(options.beams(), options.tokens());
    List<String> texts = questions.stream().map(q -> template.prompt(q.instruction())).toList();
    List<int[]> prompts =
        encoder.prompts(texts).stream().map(ids -> fitting(ids, options.tokens())).toList();
    List<int[]> ids = new Generator(model, device, ends).generate(prompts, how);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      String text = tokenizer.decode(ids.get(i));
      answers.add(new Answer(numbers.get(i), questions.get(i).answerIn(text), text));
    }
    return answers;
  }

  /** A prompt that leaves no room for the answer's tokens loses its beginning. */
  private int[] fitting(int[] prompt, int tokens) {
    int most = Math.max(1, model.maxLength() - tokens);
    return prompt.length <= most
        ? prompt
        : Arrays.copyOfRange(prompt, prompt.length - most, prompt.length);
  }

  /** Every listed answer as a whole sentence; the one that the model would write most likely. */
  private List<Answer> likeliest(
      List<Integer> numbers, List<Question> questions, PromptTemplate template, String set) {
    List<Instruction> all = new ArrayList<>();
    for (Question question : questions) {
      for (int i = 0; i < question.answers().size(); i++) {
        Instruction asked = question.instruction();
        all.add(new Instruction(asked.instruction(), asked.input(), question.output(i)));
      }
    }
    double[] scores = logProbabilities(all, template, set);
    List<Answer> answers = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < questions.size(); i++) {
      int count = questions.get(i).answers().size();
      int best = at;
      for (int j = at; j < at + count; j++) {
        best = scores[j] > scores[best] ? j : best;
      }
      answers.add(new Answer(numbers.get(i), best - at, all.get(best).output()));
      at += count;
    }
    return answers;
  }

  private double[] logProbabilities(List<Instruction> all, PromptTemplate template, String set) {
    InstructionSplit split =
        InstructionSplit.of(
            set,
            all,
            template,
            encoder,
            tokenizer.padId(),
            model.maxLength(),
            InstructionOptions.Learned.ANSWER);
    double[] scores = new double[all.size()];
    Batches batches = Batches.evaluation(split, batchSize, 1);
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      double[] rows = CausalScores.logProbabilities(model, batch, device);
      for (int row = 0; row < rows.length; row++) {
        scores[batch.index()[row]] = rows[row];
      }
    }
    return scores;
  }
}
