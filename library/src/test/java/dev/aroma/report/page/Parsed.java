package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page as a browser takes it apart.
 *
 * @param html all of it
 * @param body what is shown, without scripts
 * @param data what the scripts draw
 */
record Parsed(String html, String body, JsonNode data) {
  private static final Pattern SCRIPT = Pattern.compile("(?s)<script([^>]*)>(.*?)</script>");

  static Parsed of(String html) throws Exception {
    Matcher scripts = SCRIPT.matcher(html);
    List<String> contents = new ArrayList<>();
    while (scripts.find()) {
      contents.add(scripts.group(2));
    }
    assertThat(contents).as("data, library, our own").hasSize(3);
    JsonNode data = new ObjectMapper().readTree(contents.get(0));
    String rest = scripts.replaceAll("");
    return new Parsed(html, rest.substring(rest.indexOf("<body>")), data);
  }

  JsonNode figure(String name) {
    return data.at("/figures").path(name);
  }

  /** Its text, tags taken away. */
  String text() {
    return body.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
  }
}
