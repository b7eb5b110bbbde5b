package dev.aroma.model.bert;

import dev.aroma.model.Inputs;
import dev.aroma.nn.Embedding;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.Module;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

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

  Tensor forward(Inputs inputs, DType computeType) {
    Tensor sum = words.forward(inputs.ids()); // (batch, length, hidden)
    sum = sum.add(positions.forward(positionIds(inputs.ids())));
    sum = sum.add(types.forward(inputs.types()));
    Tensor normal = norm.forward(sum.to(computeType));
    return Ops.dropout(normal, training() ? config.hiddenDropout() : 0);
  }

  /** BERT: 0, 1, … (length). RoBERTa: p + 1, p + 2, … over tokens and p at padding, p its id. */
  private Tensor positionIds(Tensor ids) {
    if (!config.roberta()) {
      return Ops.range(ids.size(1), ids.device());
    }
    Tensor token = Ops.differs(ids, config.paddingId()); // (batch, length)
    return Ops.cumulativeSum(token, 1).mul(token).add(config.paddingId()).to(DType.I64);
  }
}
