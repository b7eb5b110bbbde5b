package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;

/** What the script needs to draw one figure: axes with their names, and series. */
final class Figure {
  /** How a series looks. */
  enum Kind {
    /** A line. */
    LINE,
    /** A thin pale line: what another one is the mean of. */
    FAINT,
    /** A value that holds until the next point. */
    STEPS,
    /** A broad pale line. */
    BAND,
    /** Points on a line. */
    DOTS,
    /** Points alone. */
    POINTS,
    /** Small pale points. */
    SMALL,
    /** Crosses. */
    CROSSES,
    /** A large point with its standard deviation. */
    MEAN,
    /** A dashed line. */
    LEVEL
  }

  /** Enough for any screen. */
  private static final MathContext DIGITS = new MathContext(5);

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode series;
  private int points;

  /**
   * An empty figure.
   *
   * @param x name of the axis, with the unit
   * @param y as {@code x}
   */
  Figure(String x, String y) {
    json.put("x", x).put("y", y);
    this.series = json.putArray("series");
  }

  /** Adds a curve. */
  Figure add(Kind kind, String name, int colour, Curve curve) {
    points += curve.size();
    ObjectNode one = series.addObject();
    one.put("kind", kind.name()).put("name", name).put("colour", colour);
    one.set("x", numbers(curve.x()));
    one.set("y", numbers(curve.y()));
    return this;
  }

  /** Adds one point. */
  Figure add(Kind kind, String name, int colour, double x, double y) {
    return add(kind, name, colour, new Curve(new double[] {x}, new double[] {y}));
  }

  /** Gives the last series a standard deviation, along x or y. */
  Figure deviation(String axis, double deviation) {
    ((ObjectNode) series.get(series.size() - 1))
        .put("deviation", number(deviation))
        .put("along", axis);
    return this;
  }

  /** Gives the last series' points their own words. */
  Figure tips(List<String> tips) {
    ArrayNode all = ((ObjectNode) series.get(series.size() - 1)).putArray("tips");
    tips.forEach(all::add);
    return this;
  }

  /** Leaves the last series out of the legend. */
  Figure unnamed() {
    ((ObjectNode) series.get(series.size() - 1)).put("unnamed", true);
    return this;
  }

  /** Makes the x axis logarithmic. */
  Figure logarithmic() {
    json.put("log", true);
    return this;
  }

  /** Lets the y axis begin at 0. */
  Figure fromZero() {
    json.put("zero", true);
    return this;
  }

  /** Gives the y axis whole numbers only. */
  Figure whole() {
    json.put("whole", true);
    return this;
  }

  /** Gives the y axis names, from the top down, at 0, 1, 2, …. */
  Figure rows(Collection<String> names) {
    ArrayNode rows = json.putArray("rows");
    names.forEach(rows::add);
    return this;
  }

  /** Whether there is nothing to draw. */
  boolean isEmpty() {
    return points == 0;
  }

  ObjectNode json() {
    return json;
  }

  /** Rounded numbers; null for what is none. */
  static ArrayNode numbers(double[] values) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode(values.length);
    for (double value : values) {
      if (value == Math.rint(value) && Math.abs(value) < 1e15) {
        all.add((long) value);
      } else {
        all.add(number(value));
      }
    }
    return all;
  }

  private static Double number(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : null;
  }
}
