package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/** The tasks of the GLUE benchmark (Wang et al. 2018, arXiv 1804.07461), all but WNLI. */
final class Glue {
  private static final List<String> SENTENCE = List.of("sentence");
  private static final List<String> SENTENCES = List.of("sentence1", "sentence2");

  /**
   * CoLA (Warstadt et al. 2018). The official files have no header; copies with one are read too.
   */
  private static final GlueTask COLA =
      GlueTask.of("CoLA", "Is a sentence acceptable English?", SENTENCE, Metric.MATTHEWS)
          .numbered("label", "unacceptable", "acceptable")
          .files(List.of("dev.tsv"), List.of("source", "label", "mark", "sentence"), false);

  /** SST-2 (Socher et al. 2013). */
  private static final GlueTask SST2 =
      GlueTask.of("SST-2", "Is a phrase of a film review positive?", SENTENCE, Metric.ACCURACY)
          .numbered("label", "negative", "positive");

  /** MRPC (Dolan and Brockett 2005). */
  private static final GlueTask MRPC =
      GlueTask.of(
              "MRPC",
              "Do two sentences from the news mean the same?",
              List.of("#1 String", "#2 String"),
              Metric.ACCURACY,
              Metric.F1)
          .numbered("Quality", "not_equivalent", "equivalent");

  /** STS-B (Cer et al. 2017). */
  private static final GlueTask STSB =
      GlueTask.of(
              "STS-B",
              "How alike are two sentences, from 0 to 5?",
              SENTENCES,
              Metric.PEARSON,
              Metric.SPEARMAN)
          .regression("score");

  /** Quora question pairs. A few official rows lack fields; they are passed over, as usual. */
  private static final GlueTask QQP =
      GlueTask.of(
              "QQP",
              "Do two questions ask the same?",
              List.of("question1", "question2"),
              Metric.ACCURACY,
              Metric.F1)
          .numbered("is_duplicate", "not_duplicate", "duplicate")
          .files(List.of("dev.tsv"), List.of(), true);

  /** MNLI (Williams et al. 2018): judged on the matched dev set, then on the mismatched one. */
  private static final GlueTask MNLI =
      GlueTask.of(
              "MNLI",
              "Does a premise entail a hypothesis, contradict it, or neither?",
              SENTENCES,
              Metric.ACCURACY)
          .named("gold_label", "entailment", "neutral", "contradiction")
          .files(List.of("dev_matched.tsv", "dev_mismatched.tsv"), List.of(), false);

  /** QNLI (Rajpurkar et al. 2016). */
  private static final GlueTask QNLI =
      GlueTask.of(
              "QNLI",
              "Does a sentence answer a question?",
              List.of("question", "sentence"),
              Metric.ACCURACY)
          .named("label", "entailment", "not_entailment");

  /** RTE (Dagan et al. 2005 and later). */
  private static final GlueTask RTE =
      GlueTask.of("RTE", "Does one text entail another?", SENTENCES, Metric.ACCURACY)
          .named("label", "entailment", "not_entailment");

  /** All of them. */
  static final List<GlueTask> TASKS = List.of(COLA, SST2, MRPC, STSB, QQP, MNLI, QNLI, RTE);

  private Glue() {}
}
