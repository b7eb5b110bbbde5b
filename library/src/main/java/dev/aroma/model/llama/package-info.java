/**
 * Layer 2: LLaMA 1 (Touvron et al. 2023) and what followed in its shape: LLaMA 2, 3, 3.1 and 3.2.
 */
package dev.aroma.model.llama;
