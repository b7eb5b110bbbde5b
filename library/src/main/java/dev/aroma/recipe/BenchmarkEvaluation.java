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
import dev.aroma.train.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Questions with listed answers: the accuracy of each set, and the mean over the sets, as
 * LLM-Adapters judges (arXiv 2304.01933). What was answered is written down question by question,
 * so that an evaluation that was stopped goes on where it was.
 */
final class BenchmarkEvaluation implements Evaluation {
  private static final String METRIC = "accuracy";

  /**
   * Who answers.
   *
   * @param ends tokens that end a text
   * @param batchSize prompts at a time
   */
  record Judge(
      CausalModel model,
      TextTokenizer tokenizer,
      PromptEncoder encoder,
      Device device,
      Set<Integer> ends,
      int batchSize) {}

  /** What was answered to one question: the answer's index or -1, and the words. */
  record Answer(int question, int answer, String text) {}

  private final Judge judge;
  private final PromptTemplate template;
  private final List<Benchmark> sets;
  private final BenchmarkOptions options;
  private final BenchmarkProgress progress;
  private final Consumer<String> messages;
  private final Evaluation beside; // null for none

  BenchmarkEvaluation(
      Judge judge,
      PromptTemplate template,
      List<Benchmark> sets,
      BenchmarkOptions options,
      BenchmarkProgress progress,
      Consumer<String> messages) {
    this(judge, template, sets, options, progress, messages, null);
  }

  private BenchmarkEvaluation(
      Judge judge,
      PromptTemplate template,
      List<Benchmark> sets,
      BenchmarkOptions options,
      BenchmarkProgress progress,
      Consumer<String> messages,
      Evaluation beside) {
    this.judge = judge;
    this.template = template;
    this.sets = sets;
    this.options = options;
    this.progress = progress;
    this.messages = messages;
    this.beside = beside;
  }

  /** With the scores of another evaluation after its own. */
  BenchmarkEvaluation with(Evaluation other) {
    return new BenchmarkEvaluation(judge, template, sets, options, progress, messages, other);
  }

  @Override
  public String metric() {
    return METRIC;
  }

  @Override
  public int examples() {
    return sets.stream().mapToInt(set -> set.questions().size()).sum();
  }

  @Override
  public Map<String, Double> score() {
    boolean training = judge.model().training();
    judge.model().train(false);
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put(METRIC, 0.0); // first
    double sum = 0;
    for (Benchmark set : sets) {
      double accuracy = accuracy(set);
      scores.put(METRIC + "." + set.name(), accuracy);
      sum += accuracy;
    }
    scores.put(METRIC, sum / sets.size());
    progress.end(sets, options);
    if (beside != null) {
      scores.putAll(beside.score());
    }
    judge.model().train(training);
    return scores;
  }

  private double accuracy(Benchmark set) {
    List<Question> questions = set.questions();
    int right = 0;
    int silent = 0;
    try (BenchmarkProgress.Log log = progress.open(set, template, options)) {
      List<Integer> missing = missing(set, log);
      for (int from = 0; from < missing.size(); from += judge.batchSize()) {
        List<Integer> some =
            missing.subList(from, Math.min(from + judge.batchSize(), missing.size()));
        log.add(answers(set, some));
        tell(set, log.answers().size(), from, missing.size());
      }
      for (Answer each : log.answers()) {
        right += each.answer() == questions.get(each.question()).right() ? 1 : 0;
        silent += each.answer() < 0 ? 1 : 0;
      }
    }
    double accuracy = (double) right / questions.size();
    String without = silent == 0 ? "" : ", %d named no listed answer".formatted(silent);
    messages.accept(
        String.format(
            Locale.ROOT,
            "%s: %d of %d right (%.2f %%)%s",
            set.name(),
            right,
            questions.size(),
            100 * accuracy,
            without));
    return accuracy;
  }

  /** Every tenth part of a long set. */
  private void tell(Benchmark set, int done, int from, int count) {
    int before = 10 * from / count;
    int now = 10 * Math.min(from + judge.batchSize(), count) / count;
    if (now > before && now < 10) {
      messages.accept("%s: %d of %d answered".formatted(set.name(), done, set.questions().size()));
    }
  }

  /** Like lengths together, the shortest first. */
  private List<Integer> missing(Benchmark set, BenchmarkProgress.Log log) {
    boolean[] done = new boolean[set.questions().size()];
    log.answers().forEach(answer -> done[answer.question()] = true);
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        missing.add(i);
      }
    }
    if (missing.size() < done.length) {
      messages.accept(
          "%s: going on after %d of %d"
              .formatted(set.name(), done.length - missing.size(), done.length));
    }
    missing.sort(
        Comparator.comparingInt(i -> set.questions().get(i).instruction().instruction().length()));
    return missing;
  }

  private List<Answer> answers(Benchmark set, List<Integer> numbers) {
    List<Question> questions = numbers.stream().map(set.questions()::get).toList();
    return options.mode() == BenchmarkOptions.Mode.GENERATE
        ? written(numbers, questions)
        : likeliest(set, numbers, questions);
  }

  private List<Answer> written(List<Integer> numbers, List<Question> questions) {
    Generator generator = new Generator(judge.model(), judge.device(), judge.ends());
    Decoding how =
        options.beams() == 1
            ? Decoding.greedy(options.tokens())
            : Decoding.beams(options.beams(), options.tokens());
    List<int[]> prompts =
        judge.encoder().prompts(questions.stream().map(q -> prompt(q.instruction())).toList());
    List<int[]> ids = generator.generate(prompts.stream().map(this::fitting).toList(), how);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      String text = judge.tokenizer().decode(ids.get(i));
      answers.add(new Answer(numbers.get(i), questions.get(i).answerIn(text), text));
    }
    return answers;
  }

  private String prompt(Instruction instruction) {
    return template.prompt(instruction);
  }

  /** A prompt that leaves no room loses its beginning. */
  private int[] fitting(int[] prompt) {
    int most = Math.max(1, judge.model().maxLength() - options.tokens());
    return prompt.length <= most
        ? prompt
        : Arrays.copyOfRange(prompt, prompt.length - most, prompt.length);
  }

  /** Every listed answer as a whole sentence; the one that the model would write most likely. */
  private List<Answer> likeliest(Benchmark set, List<Integer> numbers, List<Question> questions) {
    List<Instruction> all = new ArrayList<>();
    for (Question question : questions) {
      for (int i = 0; i < question.answers().size(); i++) {
        Instruction asked = question.instruction();
        all.add(new Instruction(asked.instruction(), asked.input(), question.output(i)));
      }
    }
    double[] scores = scores(set.name(), all);
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

  private double[] scores(String name, List<Instruction> all) {
    InstructionSplit split =
        InstructionSplit.of(
            name,
            all,
            template,
            judge.encoder(),
            judge.tokenizer().padId(),
            judge.model().maxLength(),
            InstructionOptions.Learned.ANSWER);
    double[] scores = new double[all.size()];
    Batches batches = Batches.evaluation(split, judge.batchSize(), 1);
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      double[] rows = CausalScores.logProbabilities(judge.model(), batch, judge.device());
      for (int row = 0; row < rows.length; row++) {
        scores[batch.index()[row]] = rows[row];
      }
    }
    return scores;
  }
}
