package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.BatchSource;
import dev.aroma.data.Batches;
import dev.aroma.model.CausalModel;
import dev.aroma.tensor.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The loss of a language model on a whole split, mean over its learned tokens, and the perplexity,
 * exp of it. Less is better.
 *
 * @param model what is scored
 * @param split what it is scored on
 * @param batchSize rows at a time
 * @param device where the model is
 */
public record CausalEvaluation(CausalModel model, BatchSource split, int batchSize, Device device)
    implements Evaluation {
  @Override
  public String metric() {
    return "loss";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public int examples() {
    return split.size();
  }

  @Override
  public Map<String, Double> score() {
    boolean training = model.training();
    model.train(false);
    double sum = 0;
    long tokens = 0;
    Batches batches = Batches.evaluation(split, batchSize, 1);
    for (int i = 0; i < batches.count(); i++) {
      Batch batch = batches.get(i);
      for (double row : CausalScores.logProbabilities(model, batch, device)) {
        sum -= row;
      }
      tokens += CausalScores.count(batch);
    }
    model.train(training);
    double loss = sum / Math.max(1, tokens);
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put(metric(), loss);
    scores.put("perplexity", Math.exp(loss));
    return scores;
  }
}
