package dev.aroma.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * One task's scores: score against adapter parameters, which lie on a logarithmic axis; a method
 * without an adapter is a dashed line across.
 */
final class ScorePanel {
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final float[] DASHES = {7, 5};

  /** A method's place; {@code parameters} is 0 for one without an adapter. */
  private record Point(MethodStyle style, double parameters, double score, double deviation) {}

  private final String task;
  private final String metric;
  private final List<Point> points;

  private ScorePanel(String task, String metric, List<Point> points) {
    this.task = task;
    this.metric = metric;
    this.points = points;
  }

  static ScorePanel of(String task, ComparisonTable table, List<MethodStyle> styles) {
    List<Point> points = new ArrayList<>();
    String metric = "score";
    for (MethodStyle style : styles) {
      ComparisonTable.Row row = table.row(task, style.method());
      if (row != null && row.get(Measure.FINAL).count() > 0) {
        metric = row.metric();
        Spread score = row.get(Measure.FINAL);
        double deviation = score.spreads() ? ScoreText.scaled(metric, score.deviation()) : 0;
        double parameters = row.get(Measure.ADAPTER_MEAN).mean();
        double mean = ScoreText.scaled(metric, score.mean());
        points.add(new Point(style, parameters, mean, deviation));
      }
    }
    return new ScorePanel(task, metric, points);
  }

  void draw(Graphics2D g, int width, int height) {
    if (points.isEmpty()) {
      g.setColor(Color.GRAY);
      g.setFont(TEXT);
      g.drawString(task + ": nothing measured", width / 3, height / 2);
      return;
    }
    chart(width, height).paint(g, width, height);
  }

  private XYChart chart(int width, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(task)
            .xAxisTitle("adapter parameters trained at once, mean over the run")
            .yAxisTitle("final " + ScoreText.axis(metric))
            .theme(Styler.ChartTheme.XChart)
            .build();
    style(chart.getStyler());
    double left = points.stream().mapToDouble(Point::parameters).filter(p -> p > 0).min().orElse(1);
    double right = points.stream().mapToDouble(Point::parameters).max().orElse(1);
    double from = Math.pow(10, Math.max(0, Math.floor(Math.log10(left / 1.2))));
    double to = Math.max(10 * from, Math.pow(10, Math.ceil(Math.log10(right * 1.2))));
    chart.getStyler().setXAxisMin(from).setXAxisMax(to);
    range(chart.getStyler());
    points.forEach(point -> add(chart, point, from, to));
    return chart;
  }

  private static void style(XYStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(TITLE);
    styler.setAxisTitleFont(TEXT);
    styler.setAxisTickLabelsFont(TEXT);
    styler.setLegendVisible(false);
    styler.setMarkerSize(11);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setXAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(true);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setLocale(Locale.ROOT);
  }

  /** Room above and below, and never so little of it that noise looks like a difference. */
  private void range(XYStyler styler) {
    double low = points.stream().mapToDouble(p -> p.score() - p.deviation()).min().orElse(0);
    double high = points.stream().mapToDouble(p -> p.score() + p.deviation()).max().orElse(1);
    double least = ScoreText.isLoss(metric) ? 0.01 : 0.5;
    double room = Math.max(least, 0.12 * (high - low));
    styler.setYAxisDecimalPattern(ScoreText.isLoss(metric) ? "0.00" : "0.0");
    styler.setYAxisMin(low - room).setYAxisMax(high + room);
  }

  private static void add(XYChart chart, Point point, double from, double to) {
    String name = point.style().method();
    XYSeries series;
    if (point.parameters() > 0) {
      double[] error = point.deviation() > 0 ? new double[] {point.deviation()} : null;
      series =
          chart.addSeries(
              name, new double[] {point.parameters()}, new double[] {point.score()}, error);
      series.setMarker(point.style().mark());
    } else {
      double[] level = {point.score(), point.score()};
      series = chart.addSeries(name, new double[] {from, to}, level);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineStyle(
          new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, DASHES, 0));
    }
    series.setLineColor(point.style().colour());
    series.setMarkerColor(point.style().colour());
  }
}
