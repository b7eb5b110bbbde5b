/**
 * Layer 2: tasks, one file each, and batches.
 *
 * <p>A {@link dev.aroma.data.TaskSource} reads files or resources into a {@link
 * dev.aroma.data.Task}: labels, metrics, splits of {@link dev.aroma.data.Example}s. A split is
 * tokenized into an {@link dev.aroma.data.EncodedSplit}, and {@link dev.aroma.data.Batches} cuts
 * that into padded {@link dev.aroma.data.Batch}es of plain arrays. No tensors.
 */
package dev.aroma.data;
