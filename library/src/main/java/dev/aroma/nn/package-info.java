/**
 * Layer 1: modules as a named tree.
 *
 * <p>Paths are those of transformers ({@code roberta.encoder.layer.0.attention.self.query}), so
 * that weights, adapters and target patterns mean the same there and here. A tree declares shapes;
 * memory comes when a checkpoint is loaded into it.
 */
package dev.aroma.nn;
