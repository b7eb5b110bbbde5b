package dev.aroma.report;

import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How a method looks in a picture: colour and mark differ, so either alone tells it. */
record MethodStyle(String method, Color colour, Marker mark) {
  /** Okabe and Ito's colours, which the colour-blind can tell apart; without yellow. */
  private static final int[] COLOURS = {
    0xD55E00, 0x0072B2, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x444444
  };

  private static final Marker[] MARKS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN
  };

  static List<MethodStyle> of(List<String> methods) {
    return IntStream.range(0, methods.size())
        .mapToObj(
            i ->
                new MethodStyle(
                    methods.get(i),
                    new Color(COLOURS[i % COLOURS.length]),
                    MARKS[i % MARKS.length]))
        .toList();
  }
}
