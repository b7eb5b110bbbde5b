package dev.aroma.report;

import java.util.Arrays;

/**
 * Several measurements of one thing.
 *
 * @param count how many there are; those that are no number are not counted
 * @param mean their mean, or NaN where there is none
 * @param deviation their sample standard deviation (divided by count − 1), or NaN for fewer than
 *     two: one measurement says nothing about the spread
 */
public record Spread(int count, double mean, double deviation) {
  /** Of these numbers, NaN left out. */
  public static Spread of(double... values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    double deviation = known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1));
    return new Spread(known.length, mean, deviation);
  }

  /** Whether there is a standard deviation. */
  public boolean spreads() {
    return count > 1;
  }
}
