package dev.aroma.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A few curves over one x axis; y begins at 0, so that flat looks flat. */
final class CostPanel {
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final List<Color> COLOURS = List.of(new Color(0x1F6FB4), new Color(0xD9731A));

  private final String along;
  private final String what;
  private final Map<String, List<double[]>> curves = new LinkedHashMap<>();

  CostPanel(String along, String what) {
    this.along = along;
    this.what = what;
  }

  /**
   * Adds a curve.
   *
   * @param points x and y each; those that are not numbers are left out, and so is an empty curve
   */
  void curve(String name, List<double[]> points) {
    List<double[]> known =
        points.stream()
            .filter(point -> Double.isFinite(point[1]))
            .sorted(Comparator.comparingDouble(point -> point[0]))
            .toList();
    if (!known.isEmpty()) {
      curves.put(name, known);
    }
  }

  void draw(Graphics2D g, int width, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title("")
            .xAxisTitle(along)
            .yAxisTitle(what)
            .theme(Styler.ChartTheme.XChart)
            .build();
    style(chart.getStyler());
    curves.forEach((name, points) -> add(chart, name, points));
    if (!curves.isEmpty()) {
      chart.paint(g, width, height);
    }
  }

  private void style(XYStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleVisible(false);
    styler.setAxisTitleFont(TEXT);
    styler.setAxisTickLabelsFont(TEXT);
    styler.setLegendFont(TEXT);
    styler.setLegendVisible(curves.size() > 1);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setMarkerSize(7);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setXAxisMin(0.0);
    styler.setYAxisMin(0.0);
    styler.setYAxisMax(1.15 * highest());
    styler.setLocale(Locale.ROOT);
  }

  private double highest() {
    return curves.values().stream()
        .flatMap(List::stream)
        .mapToDouble(point -> point[1])
        .max()
        .orElse(1);
  }

  private static void add(XYChart chart, String name, List<double[]> points) {
    Color colour = COLOURS.get(chart.getSeriesMap().size() % COLOURS.size());
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(point -> point[0]).toArray(),
            points.stream().mapToDouble(point -> point[1]).toArray());
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(colour);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(1.8f));
  }
}
