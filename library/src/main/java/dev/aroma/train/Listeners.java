package dev.aroma.train;

import dev.aroma.input.InputException;
import dev.aroma.peft.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Several listeners as one: each is told everything, in their order. */
record Listeners(List<TrainingListener> all) implements TrainingListener {
  Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void stepped(Step step) {
    all.forEach(one -> one.stepped(step));
  }

  @Override
  public void happened(Outcome.Event event, int cycle) {
    all.forEach(one -> one.happened(event, cycle));
  }

  @Override
  public void decided(int step, int liveModules, int totalRank) {
    all.forEach(one -> one.decided(step, liveModules, totalRank));
  }

  @Override
  public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
    all.forEach(one -> one.evaluated(step, metric, scores, best));
  }

  @Override
  public void said(String message) {
    all.forEach(one -> one.said(message));
  }

  @Override
  public void checkpointing(int step) {
    all.forEach(one -> one.checkpointing(step));
  }

  @Override
  public void checkpointed(int step, Path checkpoint) {
    all.forEach(one -> one.checkpointed(step, checkpoint));
  }

  @Override
  public void notCheckpointed(int step, InputException why) {
    all.forEach(one -> one.notCheckpointed(step, why));
  }
}
