package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-entropy of the next token in float32, mean over the batch's learned tokens, as transformers
 * computes it.
 *
 * <p>Scores are computed only where there is a label. Where these are many, they are computed some
 * at a time: each part's gradient with respect to its states is taken at once and the part's scores
 * are freed, so that the vocabulary's width never costs more than {@value #SCORES_AT_ONCE} numbers.
 */
public final class CausalLoss implements Objective {
  /** 256 MiB of float32. */
  static final int SCORES_AT_ONCE = 1 << 26;

  private final CausalModel model;
  private final Device device;
  private final Recomputation recomputation; // null where the whole graph is kept
  private final long atOnce;

  /**
   * A loss.
   *
   * @param model whose parameters get the gradients
   * @param device where the model is
   * @param recompute whether only the blocks' inputs are kept ({@link Recomputation})
   */
  public CausalLoss(CausalModel model, Device device, boolean recompute) {
    this(model, device, recompute, SCORES_AT_ONCE);
  }

  CausalLoss(CausalModel model, Device device, boolean recompute, long atOnce) {
    this.model = model;
    this.device = device;
    this.recomputation = recompute ? new Recomputation(model) : null;
    this.atOnce = atOnce;
  }

  @Override
  public Tensor loss(Batch batch) {
    Labelled labelled = Labelled.of(batch);
    Inputs inputs = Feed.unmasked(batch, device);
    Tensor all = recomputation == null ? model.states(inputs) : recomputation.states(inputs);
    Tensor states = labelled.select(all, device); // (labels, hidden)
    Tensor labels = labelled.labels(device); // (labels)
    long rows = Math.max(1, atOnce / model.vocabularySize());
    return labelled.count() <= rows || scoresAreTrained(states)
        ? entropy(states, labels)
        : inParts(states, labels, rows);
  }

  @Override
  public void backward(Tensor whole) {
    if (recomputation == null) {
      whole.backward();
    } else {
      recomputation.backward(whole);
    }
  }

  private Tensor entropy(Tensor states, Tensor labels) {
    return Ops.crossEntropy(model.scores(states).to(DType.F32), labels);
  }

  /** Gradients that are taken early would reach the output layer without the loss's factors. */
  private boolean scoresAreTrained(Tensor states) {
    return model.scores(states.detach().narrow(0, 0, 0)).requiresGrad(); // of no row: no work
  }

  /** The loss, and a term of value 0 whose gradient is the loss's; nothing waits for the device. */
  private Tensor inParts(Tensor states, Tensor labels, long rows) {
    long count = states.size(0);
    List<Tensor> gradients = new ArrayList<>();
    Tensor loss = Tensor.zeros(DType.F32, device); // the sum of the parts' shares
    for (long from = 0; from < count; from += rows) {
      long size = Math.min(rows, count - from);
      Tensor some = states.detach().narrow(0, from, size);
      Tensor target = labels.narrow(0, from, size);
      gradients.add(part(some, target, (double) size / count, loss));
    }
    Tensor gradient = Ops.concat(gradients, 0).to(DType.F32);
    Tensor linear = states.to(DType.F32).mul(gradient).sum();
    return linear.sub(linear.detach()).add(loss);
  }

  /** Gradients of some states; their share of the loss is added to what is there. */
  private Tensor part(Tensor states, Tensor labels, double share, Tensor loss) {
    return Scope.only(
        () -> {
          Tensor leaf = states.detach().requireGrad(true);
          Tensor mean = entropy(leaf, labels).mul(share);
          mean.backward();
          loss.addIn(mean.detach(), 1);
          return leaf.grad();
        });
  }
}
