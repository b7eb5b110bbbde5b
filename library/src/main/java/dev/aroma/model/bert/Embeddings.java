package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.model.Packed;
import dev.aroma.nn.Embedding;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.Module;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** Word, position and type embeddings, added and normalised: ids (batch, length) to (…, hidden). */
final class Embeddings extends Module {
  private final BertConfig config;
  private final Embedding words;
  private final Embedding positions;
  private final Embedding types;
  private final LayerNorm norm;

  Embeddings(BertConfig config) {
    this.config = config;
    int width = config.hiddenSize();
    this.words = child("word_embeddings", new Embedding(config.vocabularySize(), width));
    this.positions = child("position_embeddings", new Embedding(config.maxPositions(), width));
    this.types = child("token_type_embeddings", new Embedding(config.typeVocabularySize(), width));
    this.norm = child("LayerNorm", new LayerNorm(width, config.layerNormEpsilon()));
  }

  /**
   * Embeds.
   *
   * @param prompt learned tokens before each sequence, (tokens, hidden), or null
   * @param past number of positions that learned keys take
   */
  Tensor forward(Inputs inputs, Tensor prompt, int past, DType computeType) {
    Tensor sum =
        prompt == null
            ? words
                .forward(inputs.ids())
                .add(positions.forward(positionIds(inputs.ids(), past)))
                .add(types(inputs.types()))
            : prompted(words.forward(inputs.ids()), prompt, past); // (batch, length, hidden)
    Tensor normal = norm.forward(sum.to(computeType));
    return Ops.dropout(normal, training() ? config.hiddenDropout() : 0);
  }

  /**
   * Embeds packed sequences in bfloat16 on a GPU.
   *
   * @param columns room for so many behind the output
   * @return (tokens, hidden + columns)
   */
  Tensor forward(Packed batch, PackedRun run, int columns) {
    return PackedKernels.embed(
        batch,
        List.of(words.weight().value(), positions.weight().value(), types.weight().value()),
        firstPosition(),
        norm,
        run.dropout(config.hiddenDropout(), 2 * config.layers()), // blocks have those before
        columns);
  }

  private int firstPosition() {
    return config.roberta() ? config.paddingId() + 1 : 0;
  }

  /** Embeds packed sequences: (tokens, hidden), in the embeddings' type. */
  Tensor forward(Packed batch) {
    int first = firstPosition();
    Tensor sum =
        words
            .forward(batch.ids())
            .add(positions.forward(batch.positions().add(first).to(DType.I64)))
            .add(types(batch.types()));
    return Ops.dropout(norm.forward(sum), training() ? config.hiddenDropout() : 0);
  }

  /** As they are now, for plans; the tables are shared and kept. */
  PlannedEmbeddings planned() {
    return new PlannedEmbeddings(
        config,
        words.weight().value().detach().keep(),
        positions.weight().value().detach().keep(),
        types.weight().value().detach().keep(),
        FrozenNorm.of(norm));
  }

  /** Writes the embeddings of ids and types, (batch, length), as the layout holds tokens. */
  Node write(Draft draft, Node ids, Node types, TokenLayout layout) {
    Node word = draft.embedding(draft.constant(words.weight().value()), ids);
    Node sum = draft.add(draft.add(word, positions(draft, ids)), types(draft, types));
    return draft.layerNorm(
        layout.held(sum), norm.weight().value(), norm.bias().value(), config.layerNormEpsilon());
  }

  /** As {@link #positionIds} has them, without learned keys: (length, hidden) or one a sequence. */
  private Node positions(Draft draft, Node ids) {
    Node table = draft.constant(positions.weight().value());
    if (!config.roberta()) {
      return draft.firstRows(table, draft.size(ids, 1));
    }
    Node token = draft.differs(ids, config.paddingId());
    Node counted = draft.mul(draft.cumulativeSum(token, 1), token);
    return draft.embedding(table, draft.add(counted, config.paddingId()));
  }

  private Node types(Draft draft, Node ids) {
    return config.typeVocabularySize() == 1
        ? draft.constant(firstType())
        : draft.embedding(draft.constant(types.weight().value()), ids);
  }

  /** Positions are counted through, over padding too: there are no ids to tell it by. */
  private Tensor prompted(Tensor embedded, Tensor prompt, int past) {
    Tensor repeated = prompt.to(embedded.dtype()).unsqueeze(0).expand(embedded.size(0), -1, -1);
    Tensor longer = Ops.concat(List.of(repeated, embedded), 1);
    Tensor counted = Ops.range(longer.size(1), longer.device());
    int first = past + firstPosition();
    return longer.add(positions.forward(counted.add(first).to(DType.I64))).add(firstType());
  }

  /** With one type only, every token has it, whatever the tokenizer says (as in transformers). */
  private Tensor types(Tensor ids) {
    return config.typeVocabularySize() == 1 ? firstType() : types.forward(ids);
  }

  /** (hidden). */
  private Tensor firstType() {
    return types.weight().value().select(0, 0);
  }

  /** BERT: 0, 1, … (length). RoBERTa: p + 1, p + 2, … over tokens and p at padding, p its id. */
  private Tensor positionIds(Tensor ids, int past) {
    if (!config.roberta()) {
      Tensor counted = Ops.range(ids.size(1), ids.device());
      return counted.add(past).to(DType.I64);
    }
    Tensor token = Ops.differs(ids, config.paddingId()); // (batch, length)
    Tensor counted = Ops.cumulativeSum(token, 1).add(past);
    return counted.mul(token).add(config.paddingId()).to(DType.I64);
  }
}
