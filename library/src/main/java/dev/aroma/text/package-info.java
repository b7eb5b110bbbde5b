/**
 * Layer 0: text to token ids and back, through Hugging Face's tokenizers library.
 *
 * <p>Nothing here knows tensors, tasks or models. The only package that imports {@code ai.djl}.
 */
package dev.aroma.text;
