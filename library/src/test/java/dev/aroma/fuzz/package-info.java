/**
 * Test code: seeded damage to every kind of file that Aroma reads, and what must hold whatever the
 * damage. The suite runs a few hundred cases of it, {@code dev.aroma.bench.Fuzz} tens of thousands.
 */
package dev.aroma.fuzz;
