package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Embeddings and blocks: token ids to hidden states. */
final class Encoder extends Module {
  /** Low enough that softmax gives exactly 0, and finite in bfloat16 too. */
  static final double MASKED = -1e30;

  private final BertConfig config;
  private final Embeddings embeddings;
  private final List<Block> blocks = new ArrayList<>();
  private Tensor prompt; // (tokens, hidden), or null
  private Tensor prefix; // (tokens, layers · 2 · hidden), or null

  Encoder(BertConfig config) {
    this.config = config;
    this.embeddings = child("embeddings", new Embeddings(config));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(child("encoder.layer." + i, new Block(config)));
    }
  }

  BertConfig config() {
    return config;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** Every layer that can carry an adapter. */
  Collection<Layer> layers() {
    return modules(Layer.class).values();
  }

  /** The lowest block that has a branch; as many as there are blocks where none has. */
  int lowestBranched() {
    int i = 0;
    while (i < blocks.size() && blocks.get(i).linears().allMatch(one -> rank(one) == 0)) {
      i++;
    }
    return i;
  }

  /** Whether no branch has a larger rank than one. */
  boolean ofRankOne() {
    return blocks.stream().flatMap(Block::linears).allMatch(one -> rank(one) <= 1);
  }

  private static int rank(Linear layer) {
    return BranchedLinear.of(layer).rank();
  }

  /** Whether no parameter is trained, and all are of a type and on a device. */
  boolean frozen(DType type, Device device) {
    return parameters().values().stream()
        .map(Parameter::value)
        .allMatch(v -> !v.requiresGrad() && v.dtype() == type && v.device() == device);
  }

  /** Whether it reads nothing but tokens. */
  boolean plain() {
    return prompt == null && prefix == null;
  }

  /** Embeddings of packed sequences, (tokens, hidden). */
  Tensor embed(Packed batch) {
    return embeddings.forward(batch);
  }

  /** The same in bfloat16 on a GPU, with room for columns behind: (tokens, hidden + columns). */
  Tensor embed(Packed batch, PackedRun run, int columns) {
    return embeddings.forward(batch, run, columns);
  }

  /** The same in a program, as the layout holds tokens; ids and types are (batch, length). */
  Node embed(Draft draft, Node ids, Node types, TokenLayout layout) {
    return embeddings.write(draft, ids, types, layout);
  }

  /** Its embeddings as they are now, for plans. */
  PlannedEmbeddings plannedEmbeddings() {
    return embeddings.planned();
  }

  void prompt(Tensor newPrompt) {
    check(newPrompt, config.hiddenSize());
    this.prompt = newPrompt;
  }

  void prefix(Tensor newPrefix) {
    check(newPrefix, 2L * blocks.size() * config.hiddenSize());
    this.prefix = newPrefix;
  }

  /** Positions that a prompt or a prefix takes from every sequence. */
  int learnedTokens() {
    int taken = prompt == null ? 0 : (int) prompt.size(0);
    return taken + (prefix == null ? 0 : (int) prefix.size(0));
  }

  private void check(Tensor learned, long width) {
    if (learned == null) {
      return;
    }
    boolean fits = learned.dim() == 2 && learned.size(1) == width;
    if (!fits || learned.size(0) < 1 || learned.size(0) >= config.maxLength()) {
      throw new IllegalArgumentException(
          "expected 1 to %d learned tokens of width %d, found %s"
              .formatted(config.maxLength() - 1, width, learned));
    }
  }

  /**
   * Every hidden state.
   *
   * @return (batch, length, hidden) of the embeddings and then of each block; a prompt makes it
   *     longer
   */
  List<Tensor> forward(Inputs inputs, DType computeType) {
    Tensor mask = mask(inputs, computeType);
    int past = prefix == null ? 0 : (int) prefix.size(0);
    List<Tensor> states = new ArrayList<>();
    states.add(embeddings.forward(inputs, prompt, past, computeType));
    for (int i = 0; i < blocks.size(); i++) {
      Tensor learned = prefix == null ? null : keysAndValues(i, computeType);
      states.add(blocks.get(i).forward(states.get(i), mask, learned));
    }
    return states;
  }

  /** A layer's part of the prefix, (2, heads, tokens, headSize). */
  private Tensor keysAndValues(int layer, DType computeType) {
    long tokens = prefix.size(0);
    long width = config.hiddenSize();
    Tensor both = prefix.narrow(1, 2L * layer * width, 2 * width); // (tokens, 2 · hidden)
    Tensor split = both.reshape(tokens, 2, config.heads(), config.headSize());
    return split.transpose(0, 1).transpose(1, 2).to(computeType);
  }

  /** Scores of padding with learned tokens before it, or null where nothing is padded. */
  Tensor mask(Inputs inputs, DType computeType) {
    if (inputs.mask() == null) {
      return null;
    }
    Tensor mask = inputs.mask(); // (batch, length)
    for (Tensor learned : Arrays.asList(prompt, prefix)) {
      if (learned != null) {
        Tensor seen = Tensor.full(1, DType.I64, mask.device(), mask.size(0), learned.size(0));
        mask = Ops.concat(List.of(seen, mask), 1);
      }
    }
    return scores(mask, computeType);
  }

  /** 0 for tokens and a very low score for padding, (batch, 1, 1, length). */
  private static Tensor scores(Tensor mask, DType computeType) {
    Tensor padding = mask.to(computeType).mul(-1).add(1);
    return padding.mul(MASKED).unsqueeze(1).unsqueeze(1);
  }
}
