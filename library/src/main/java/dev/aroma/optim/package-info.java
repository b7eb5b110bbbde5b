/** Layer 2: AdamW over one flat buffer, and learning-rate schedules. */
package dev.aroma.optim;
