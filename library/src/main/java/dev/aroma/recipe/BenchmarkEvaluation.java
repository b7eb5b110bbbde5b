package dev.aroma.recipe;

import dev.aroma.data.Benchmark;
import dev.aroma.data.Benchmark.Question;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.PromptTemplate;
import dev.aroma.recipe.BenchmarkAnswerer.Answer;
import dev.aroma.train.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Questions with listed answers: the accuracy of each set, and the mean over the sets, as
 * LLM-Adapters judges (arXiv 2304.01933). What was answered is written down question by question,
 * so that an evaluation that was stopped goes on where it was.
 */
final class BenchmarkEvaluation implements Evaluation {
  private static final String METRIC = "accuracy";

  private final BenchmarkAnswerer answerer;
  private final PromptTemplate template;
  private final List<Benchmark> sets;
  private final BenchmarkOptions options;
  private final BenchmarkProgress progress;
  private final Consumer<String> messages;
  private final Evaluation beside; // null for none

  BenchmarkEvaluation(
      BenchmarkAnswerer answerer,
      PromptTemplate template,
      List<Benchmark> sets,
      BenchmarkOptions options,
      BenchmarkProgress progress,
      Consumer<String> messages) {
    this(answerer, template, sets, options, progress, messages, null);
  }

  private BenchmarkEvaluation(
      BenchmarkAnswerer answerer,
      PromptTemplate template,
      List<Benchmark> sets,
      BenchmarkOptions options,
      BenchmarkProgress progress,
      Consumer<String> messages,
      Evaluation beside) {
    this.answerer = answerer;
    this.template = template;
    this.sets = sets;
    this.options = options;
    this.progress = progress;
    this.messages = messages;
    this.beside = beside;
  }

  /** With the scores of another evaluation after its own. */
  BenchmarkEvaluation with(Evaluation other) {
    return new BenchmarkEvaluation(answerer, template, sets, options, progress, messages, other);
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
    boolean training = answerer.model().training();
    answerer.model().train(false);
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
    answerer.model().train(training);
    return scores;
  }

  private double accuracy(Benchmark set) {
    List<Question> questions = set.questions();
    int right = 0;
    int silent = 0;
    try (BenchmarkProgress.Log log = progress.open(set, template, options)) {
      List<Integer> missing = missing(set, log);
      for (int from = 0; from < missing.size(); from += answerer.batchSize()) {
        List<Integer> some =
            missing.subList(from, Math.min(from + answerer.batchSize(), missing.size()));
        log.add(answerer.answers(set, some, template, options));
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
    int now = 10 * Math.min(from + answerer.batchSize(), count) / count;
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
}
