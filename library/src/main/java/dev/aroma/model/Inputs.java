package dev.aroma.model;

import dev.aroma.tensor.Tensor;

/**
 * One padded batch of token sequences, on the model's device.
 *
 * @param ids int64 (batch, length)
 * @param types int64 (batch, length): 0 for the first text and 1 for the second
 * @param mask int64 (batch, length): 1 for a token and 0 for padding; null when nothing is padded
 */
public record Inputs(Tensor ids, Tensor types, Tensor mask) {}
