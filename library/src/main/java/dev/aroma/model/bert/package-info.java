/**
 * Layer 2: BERT (Devlin et al. 2019) and RoBERTa (Liu et al. 2019), one family: the same blocks,
 * with other positions and another head.
 *
 * <p>Beside the blocks there are two sets of passes of their own, for what does not change: {@code
 * Frozen…}, programs of constant weights on a CPU ({@link dev.aroma.model.Scorer}), and {@code
 * Packed…}, training of branches and head on a GPU ({@link dev.aroma.model.DirectPasses}).
 */
package dev.aroma.model.bert;
