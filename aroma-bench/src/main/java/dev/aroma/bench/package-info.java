/** JMH benchmarks and the comparison harness. */
package dev.aroma.bench;
