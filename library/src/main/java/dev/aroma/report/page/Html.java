package dev.aroma.report.page;

import dev.aroma.report.ResultTable;
import java.util.List;
import java.util.Map;

/** Pieces of HTML. Whatever comes from a run is text and goes through {@link #escape}. */
final class Html {
  private Html() {}

  /** Text, safe between tags and inside quoted attributes. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '&' -> safe.append("&amp;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c);
      }
    }
    return safe.toString();
  }

  /** A part of the page with its heading and a line that says how to read it. */
  static String card(String heading, String explanation, String content) {
    return card("", heading, explanation, content);
  }

  /** One as wide as the page. */
  static String wideCard(String heading, String explanation, String content) {
    return card(" wide", heading, explanation, content);
  }

  private static String card(String more, String heading, String explanation, String content) {
    String note = explanation.isEmpty() ? "" : "<p class=\"note\">" + escape(explanation) + "</p>";
    return "<section class=\"card%s\"><h2>%s</h2>%s%s</section>\n"
        .formatted(more, escape(heading), note, content);
  }

  /** Where the script draws a figure; the label is read to those who do not see it. */
  static String canvas(String figure, String label) {
    return "<div class=\"plot\" data-figure=\"%s\"><canvas role=\"img\" aria-label=\"%s\"></canvas></div>"
        .formatted(escape(figure), escape(label));
  }

  /** Names and values, a line each. */
  static String facts(Map<String, String> facts) {
    StringBuilder rows = new StringBuilder("<table class=\"facts\">");
    facts.forEach(
        (name, value) ->
            rows.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n"));
    return rows.append("</table>").toString();
  }

  /** A table, which scrolls by itself where it is wider than the screen. */
  static String table(ResultTable table) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"results\"><tr>");
    row(html, "th scope=\"col\"", table.headings(), table);
    table
        .rows()
        .forEach(
            cells -> {
              html.append("</tr>\n<tr>");
              row(html, "td", cells, table);
            });
    return html.append("</tr></table></div>").toString();
  }

  private static void row(StringBuilder html, String tag, List<String> cells, ResultTable table) {
    for (int i = 0; i < cells.size(); i++) {
      html.append('<').append(tag).append(table.isNumeric(i) ? " class=\"number\">" : ">");
      html.append(escape(cells.get(i))).append(tag.startsWith("th") ? "</th>" : "</td>");
    }
  }

  /** Text as it stands in a file, folded away. */
  static String folded(String summary, String content) {
    return "<details><summary>%s</summary><pre>%s</pre></details>\n"
        .formatted(escape(summary), escape(content));
  }
}
