/**
 * Layer 1: files. Safetensors, Hugging Face directories and hub, ONNX initialisers, PEFT adapter
 * files: names to raw tensors, and back. Knows no model and no engine; of the tensor package it
 * uses the element types only.
 *
 * <p>Everything here treats a file as something that may lie: sizes are checked before anything is
 * allocated, and every mistake is an {@link dev.aroma.input.InputException} that says where.
 */
package dev.aroma.io;
