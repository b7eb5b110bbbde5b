/**
 * Layer 2: fine-tuning methods, one file each behind {@link dev.aroma.peft.Method}, and one
 * registry.
 *
 * <p>A method finds what it adapts by path in the module tree; it knows no model.
 */
package dev.aroma.peft;
