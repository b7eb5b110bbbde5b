/** Layer 2: what every model family offers. The families themselves are packages below. */
package dev.aroma.model;
