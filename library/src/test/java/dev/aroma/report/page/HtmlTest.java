package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aroma.report.ResultTable;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlTest {
  private static final String HOSTILE = "</script><script>alert('x')</script><!-- \"&amp;";

  @Test
  void textCannotBecomeMarkup() {
    assertThat(Html.escape("<b> & \"q\" 'a' é"))
        .isEqualTo("&lt;b&gt; &amp; &quot;q&quot; &#39;a&#39; é");
    assertThat(Html.facts(Map.of(HOSTILE, HOSTILE))).doesNotContain("<script", "<!--");
    assertThat(Html.folded(HOSTILE, HOSTILE)).doesNotContain("<script");
    assertThat(Html.card(HOSTILE, HOSTILE, "")).doesNotContain("<script");
    assertThat(Html.canvas("\" onclick=\"x", HOSTILE)).doesNotContain("<script", "\" onclick");
    ResultTable table = new ResultTable(HOSTILE).row(HOSTILE);
    assertThat(Html.table(table)).doesNotContain("<script").contains("&lt;/script&gt;");
  }

  @Test
  void columnsOfNumbersAreMarked() {
    ResultTable table = new ResultTable("name", "score").row("a", "1.5").row("b", "–");
    assertThat(Html.table(table))
        .contains("<th scope=\"col\" class=\"number\">score</th>", "<td class=\"number\">1.5</td>")
        .contains("<td>a</td>");
  }

  @Test
  void dataInAScriptCannotEndIt() throws Exception {
    JsonNode data = JsonNodeFactory.instance.objectNode().put(HOSTILE, HOSTILE);
    String text = Page.inScript(data);
    assertThat(text).doesNotContain("<");
    assertThat(new ObjectMapper().readTree(text)).isEqualTo(data);
    Parsed page = Parsed.of(Page.of(HOSTILE, "@data@ @script@", data));
    assertThat(page.data()).isEqualTo(data);
    assertThat(page.html()).contains("<title>&lt;/script&gt;");
    assertThat(page.body()).as("content is no place to fill").contains("@data@ @script@");
  }

  @Test
  void pageReferencesNothingOutside() {
    String page = Page.of("t", "", JsonNodeFactory.instance.objectNode());
    assertThat(page)
        .contains("default-src 'none'", "prefers-color-scheme: dark", "name=\"viewport\"")
        .contains("Chart.js v4", "Released under the MIT License")
        .doesNotContain("sourceMappingURL")
        .doesNotContainPattern("(src|href)=\"?http")
        .doesNotContain("@import", "url(");
  }
}
