package dev.aroma.model.bert;

import dev.aroma.input.InputException;

/**
 * The shape of a BERT or RoBERTa encoder, from a Hugging Face {@code config.json}.
 *
 * @param roberta whether positions and head are RoBERTa's
 * @param vocabularySize rows of the word embedding
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param heads attention heads a block; they divide the width
 * @param intermediateSize width between the two feed-forward layers
 * @param activation name of the feed-forward activation
 * @param maxPositions rows of the position embedding
 * @param typeVocabularySize rows of the token-type embedding
 * @param layerNormEpsilon added to variances
 * @param paddingId id of the padding token; RoBERTa counts positions from there
 * @param hiddenDropout dropout on embeddings and block outputs, while training
 * @param attentionDropout dropout on attention weights, while training
 * @param classifierDropout dropout before the head's layers, while training
 */
public record BertConfig(
    boolean roberta,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    String activation,
    int maxPositions,
    int typeVocabularySize,
    double layerNormEpsilon,
    int paddingId,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout) {
  /** Checks that the heads divide the width. */
  public BertConfig {
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new InputException(
          "config.json: num_attention_heads (%d) does not divide hidden_size (%d)"
              .formatted(heads, hiddenSize),
          "the file is damaged or of another architecture; fetch the checkpoint again",
          "not-a-model");
    }
  }

  /** Longest sequence in tokens: RoBERTa's first positions are taken by the padding offset. */
  public int maxLength() {
    return roberta ? maxPositions - paddingId - 1 : maxPositions;
  }

  /** Width of one attention head. */
  public int headSize() {
    return hiddenSize / heads;
  }
}
