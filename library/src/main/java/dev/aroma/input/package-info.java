/** Layer 0: what people give us. How an option is described, and how a mistake is told. */
package dev.aroma.input;
