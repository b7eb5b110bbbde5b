package dev.aroma.text;

import java.util.List;

/** Text that has a UTF-8 form, which the native side expects: no half of a surrogate pair. */
final class WellFormed {
  private WellFormed() {}

  static List<String> all(List<String> texts) {
    return texts.stream().map(WellFormed::text).toList();
  }

  static String text(String text) {
    if (text.codePoints().noneMatch(WellFormed::surrogate)) {
      return text;
    }
    int[] points = text.codePoints().map(c -> surrogate(c) ? 0xFFFD : c).toArray();
    return new String(points, 0, points.length);
  }

  private static boolean surrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
