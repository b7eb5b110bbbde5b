/** Layer 3: the training loop, evaluation on whole splits, and who listens to them. */
package dev.aroma.train;
