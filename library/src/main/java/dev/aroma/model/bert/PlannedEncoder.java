package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.PackedLinear;
import dev.aroma.tensor.Place;
import dev.aroma.tensor.Plan;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A classifier's pass over one sequence in float32, as plans: for a sentence, a program spends more
 * than a third of its time on the way to its operations.
 *
 * <p>Each length has a plan of its own, which takes some 10 ms to make and 8 to 10 MB (MiniLM, two
 * threads), nearly all of it oneDNN's descriptions of its products. So there are no more of them
 * than {@value #KEPT}, and a length that comes often takes the place of a rare one.
 */
final class PlannedEncoder implements AutoCloseable {
  /** Most tokens of a sequence. */
  static final int LONGEST = 128;

  /** Most plans. */
  static final int KEPT = 24;

  /**
   * Most weights in blocks, which are there twice then: 128 MB. Of more the products are the most.
   */
  private static final long MOST_WEIGHTS = 32 << 20;

  private record Pass(Plan plan, PlannedTokens at, Place scores) implements AutoCloseable {
    @Override
    public void close() {
      plan.close();
    }
  }

  private final BertConfig config;
  private final PlannedEmbeddings embeddings;
  private final List<FrozenBlock> blocks;
  private final List<PackedLinear> head;
  private final FrequentLengths<Pass> passes = new FrequentLengths<>(LONGEST, KEPT, this::write);
  private int threads; // that they use
  private boolean refused; // by oneDNN, once, or there is none

  /** Whether a model is small enough for it to pay. */
  static boolean suits(BertConfig config) {
    long width = config.hiddenSize();
    long block = width * (4 * width + 2L * config.intermediateSize());
    return config.layers() * block <= MOST_WEIGHTS;
  }

  /** Takes over blocks and head, to close them. */
  PlannedEncoder(Encoder encoder, List<FrozenBlock> blocks, List<PackedLinear> head) {
    this.config = encoder.config();
    this.embeddings = encoder.plannedEmbeddings();
    this.blocks = List.copyOf(blocks);
    this.head = List.copyOf(head);
  }

  /**
   * The head's scores, (1, labels).
   *
   * @return nothing where it is not one short sequence without padding, too many lengths come, or
   *     oneDNN refuses
   */
  Optional<Tensor> logits(Inputs inputs) {
    boolean one = inputs.mask() == null && inputs.ids().size(0) == 1;
    return one && inputs.ids().count() <= LONGEST ? scores(inputs) : Optional.empty();
  }

  private synchronized Optional<Tensor> scores(Inputs inputs) {
    if (threads != Engine.threads()) {
      passes.clear();
      threads = Engine.threads();
      refused = refused || !Engine.plans(); // which loads 90 MB: not before a single text comes
    }
    long[] ids = inputs.ids().longs();
    Optional<Pass> pass = pass(ids.length);
    pass.ifPresent(
        it -> {
          embeddings.write(it.plan, it.at, ids, inputs.types().longs());
          it.plan.run();
        });
    return pass.map(it -> it.plan.read(it.scores));
  }

  private Optional<Pass> pass(int length) {
    try {
      return refused ? Optional.empty() : passes.of(length);
    } catch (RuntimeException e) { // programs do without
      refused = true;
      passes.clear();
      return Optional.empty();
    }
  }

  /** Whether any text had a plan. */
  synchronized boolean used() {
    return threads > 0 && !refused;
  }

  private Pass write(int length) {
    Plan plan = new Plan();
    try (Scope scope = Scope.open()) {
      return write(plan, length);
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private Pass write(Plan plan, int length) {
    PlannedTokens at = PlannedTokens.in(plan, config, length);
    embeddings.in(plan, at);
    for (FrozenBlock block : blocks) {
      block.in(plan, at);
    }
    Place pooled = at.seen().top(1);
    head.get(0).in(plan, at.tokens().top(1), pooled);
    plan.tanh(pooled);
    Place scores = plan.place(1, head.get(1).out());
    head.get(1).in(plan, pooled, scores);
    return new Pass(plan, at, scores);
  }

  @Override
  public void close() {
    passes.clear();
    embeddings.close();
    blocks.forEach(FrozenBlock::close);
    head.forEach(PackedLinear::close);
  }
}
