package dev.aroma.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** A whole HTML file: style, content, data and scripts, and nothing that is elsewhere. */
final class Page {
  private static final String CHARTS =
      "META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js";
  private static final String CHARTS_VERSION =
      "META-INF/maven/org.webjars.npm/chart.js/pom.properties";

  // The policy forbids what the page does not need: above all the network.
  private static final String FRAME =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
      <title>@title@</title>
      <style>
      @style@</style>
      </head>
      <body>
      @body@
      <noscript><p class="notice">Scripts are off: tables can be read, curves cannot be drawn.</p>\
      </noscript>
      <script type="application/json" id="data">@data@</script>
      <script>@charts@</script>
      <script>@script@</script>
      </body>
      </html>
      """;

  private Page() {}

  /**
   * Puts a page together.
   *
   * @param title as text
   * @param body HTML
   * @param data what the scripts draw
   */
  static String of(String title, String body, JsonNode data) {
    StringBuilder page = new StringBuilder();
    String rest = FRAME;
    rest = fill(page, rest, "title", Html.escape(title));
    rest = fill(page, rest, "style", resource("page.css"));
    rest = fill(page, rest, "body", body);
    rest = fill(page, rest, "data", inScript(data));
    rest = fill(page, rest, "charts", charts());
    rest = fill(page, rest, "script", resource("figures.js") + resource("ranks.js"));
    return page.append(rest).toString();
  }

  /** One after another, so that no content is taken for a place to fill. */
  private static String fill(StringBuilder page, String frame, String name, String content) {
    int place = frame.indexOf("@" + name + "@");
    page.append(frame, 0, place).append(content);
    return frame.substring(place + name.length() + 2);
  }

  /** JSON that no text in it can end: a script's end tag and a comment begin with {@code <}. */
  static String inScript(JsonNode data) {
    return data.toString().replace("<", "\\u003c");
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read our own " + name, e);
    }
  }

  /** The library, without the hint where its source map would be. */
  private static String charts() {
    Properties about = new Properties();
    try (InputStream in = webjar(CHARTS_VERSION)) {
      about.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + CHARTS_VERSION, e);
    }
    try (InputStream in = webjar(CHARTS.formatted(about.getProperty("version")))) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the chart library", e);
    }
  }

  private static InputStream webjar(String name) throws IOException {
    InputStream in = Page.class.getClassLoader().getResourceAsStream(name);
    if (in == null) {
      throw new IOException("not on the class path: " + name + " of org.webjars.npm:chart.js");
    }
    return in;
  }
}
