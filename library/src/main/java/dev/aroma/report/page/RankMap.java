package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.report.RankLayout;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The maps of rank and effective rank over layers × matrices. They are tables, as the run ended;
 * the script moves them through time.
 */
final class RankMap {
  private final RankHistory history;
  private final RankLayout layout;
  private final List<String> modules;

  RankMap(RankHistory history) {
    this.history = history;
    this.modules = List.copyOf(history.modules());
    this.layout = RankLayout.of(modules);
  }

  /** Slider and maps. */
  String html() {
    return """
        <div class="time">
        <button type="button" id="play" aria-label="play">▶</button>
        <input type="range" id="time" min="0" step="1" aria-label="time">
        <output id="moment"></output>
        </div>
        <div class="maps">
        <figure><figcaption>rank</figcaption>%s</figure>
        <figure><figcaption>effective rank</figcaption>%s</figure>
        </div>
        <p class="scale"><span>0</span><span class="bar"></span><span>%d</span></p>
        """
        .formatted(map("rank", true), map("effective", false), history.highest());
  }

  private String map(String kind, boolean ranks) {
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table class=\"map\" data-kind=\"");
    html.append(kind).append("\">");
    if (!layout.rows().isEmpty()) {
      html.append("<tr><th scope=\"col\">layer</th>");
      layout.headings().values().forEach(name -> head(html, "col", name));
      html.append("<th scope=\"col\">Σ</th></tr>\n");
    }
    layout
        .rows()
        .forEach(
            (layer, row) -> {
              html.append("<tr>");
              head(html, "row", layer);
              for (String suffix : layout.headings().keySet()) {
                cell(html, row.get(suffix), ranks);
              }
              html.append("<td class=\"sum\"></td></tr>\n");
            });
    for (String module : layout.others()) {
      html.append("<tr>");
      head(html, "row", module);
      cell(html, module, ranks);
      html.append("</tr>\n");
    }
    return html.append("</table></div>").toString();
  }

  private static void head(StringBuilder html, String scope, String name) {
    html.append("<th scope=\"").append(scope).append("\">");
    html.append(Html.escape(name).replace(".", ".<wbr>")).append("</th>");
  }

  private void cell(StringBuilder html, String module, boolean ranks) {
    if (module == null) {
      html.append("<td></td>");
      return;
    }
    RankHistory.State state = history.last().get(module);
    double value = ranks ? state.rank() : state.effective();
    String shown =
        Double.isNaN(value) ? "–" : String.format(Locale.ROOT, ranks ? "%.0f" : "%.1f", value);
    html.append(
        String.format(
            Locale.ROOT,
            "<td style=\"--v:%.2f\" title=\"%s\"><button type=\"button\" data-module=\"%d\">%s</button></td>",
            Double.isNaN(value) ? 0 : value / history.highest(),
            Html.escape(module),
            modules.indexOf(module),
            shown));
  }

  /** For the script. */
  void json(ObjectNode data, int lastStep) {
    Map<String, String> names = layout.names();
    ArrayNode all = data.putArray("modules");
    modules.forEach(module -> all.add(names.get(module)));
    data.put("highest", history.highest());
    data.set("frames", history.json(lastStep));
    ArrayNode chosen = data.putArray("chosen");
    chosen().forEach(module -> chosen.add(modules.indexOf(module)));
  }

  /** Whose curves are shown at first: the highest, the middle and the lowest rank in the end. */
  private Set<String> chosen() {
    List<String> sorted =
        modules.stream()
            .sorted(Comparator.comparing(module -> -history.last().get(module).rank()))
            .toList();
    Set<String> chosen = new LinkedHashSet<>();
    chosen.add(sorted.get(0));
    chosen.add(sorted.get(sorted.size() / 2));
    chosen.add(sorted.get(sorted.size() - 1));
    return chosen;
  }

  /** Modules as they stand on the timeline: by layer, then the others. */
  List<String> ordered() {
    return List.copyOf(layout.names().keySet());
  }

  /** Their short names, in the same order. */
  List<String> orderedNames() {
    return List.copyOf(layout.names().values());
  }
}
