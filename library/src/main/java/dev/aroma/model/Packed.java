package dev.aroma.model;

import dev.aroma.tensor.Tensor;

/**
 * Token sequences one after another, without padding between them, on the model's device.
 *
 * @param ids int64 (tokens)
 * @param types int64 (tokens): 0 for the first text and 1 for the second
 * @param positions int64 (tokens), from 0 in each sequence
 * @param offsets int32 (sequences + 1): where each begins, and the end
 * @param sequences how many of them are asked about: those that follow fill the room that is left
 * @param longest no sequence is longer
 * @param seed int64 (1), of this batch's dropout
 */
public record Packed(
    Tensor ids,
    Tensor types,
    Tensor positions,
    Tensor offsets,
    int sequences,
    int longest,
    Tensor seed) {}
