package dev.aroma;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the documentation's tests need of a Markdown page: its headings and its links. */
record Markdown(String text) {
  private static final Pattern HEADING = Pattern.compile("(?m)^(#{1,6}) +(.+?) *$");
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

  /** The texts of the headings of one level, 1 to 6. */
  List<String> headings(int level) {
    return HEADING
        .matcher(withoutFences())
        .results()
        .filter(heading -> heading.group(1).length() == level)
        .map(heading -> heading.group(2))
        .toList();
  }

  /** The ids that GitHub gives to the headings. */
  Set<String> ids() {
    Set<String> ids = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    HEADING
        .matcher(withoutFences())
        .results()
        .map(heading -> id(heading.group(2)))
        .forEach(
            id -> {
              int before = seen.merge(id, 1, Integer::sum) - 1;
              ids.add(before == 0 ? id : id + "-" + before);
            });
    return ids;
  }

  /** Lower case, punctuation dropped, spaces turned into hyphens. */
  static String id(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** Targets of links and pictures, those in code left out. */
  List<String> links() {
    String prose = withoutFences().replaceAll("(?m)^ {4}.*$", "").replaceAll("`[^`\n]*`", "");
    return LINK.matcher(prose).results().map((MatchResult link) -> link.group(1)).toList();
  }

  private String withoutFences() {
    return FENCED.matcher(text).replaceAll("");
  }
}
