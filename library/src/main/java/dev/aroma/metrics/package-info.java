/**
 * Layer 0: scores on plain arrays.
 *
 * <p>Agreement of classes, correlation of values, and the effective rank of a spectrum. Nothing
 * here knows tensors, files or tasks; every function is pure.
 */
package dev.aroma.metrics;
