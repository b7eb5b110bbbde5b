/**
 * Layer 3: writing on: from prompts as token ids to the ids that a decoder continues them with,
 * greedily, by sampling or by beam search.
 */
package dev.aroma.generate;
