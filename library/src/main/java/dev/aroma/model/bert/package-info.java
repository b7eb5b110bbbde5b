/**
 * Layer 2: BERT (Devlin et al. 2019) and RoBERTa (Liu et al. 2019), one family: the same blocks,
 * with other positions and another head.
 *
 * <p>Beside the blocks there are passes of their own for weights that do not change. {@code
 * Frozen…} are programs that predict on a CPU ({@link dev.aroma.model.Scorer}), {@code Planned…}
 * what single texts have in their place; {@code Cpu…} and {@code Packed…} train low-rank branches
 * and the head, on a CPU and on a GPU ({@link dev.aroma.model.DirectPasses}). Where they do not
 * apply, the blocks and autograd do.
 */
package dev.aroma.model.bert;
