/**
 * Layer 0: a thin tensor over libtorch, and the only importer of {@code org.bytedeco} and JNA.
 *
 * <p>Memory is deterministic: whatever is created inside a {@link dev.aroma.tensor.Scope} is freed
 * when the scope closes, unless it was {@link dev.aroma.tensor.Tensor#keep kept}. Nothing is left
 * to the garbage collector.
 */
package dev.aroma.tensor;
