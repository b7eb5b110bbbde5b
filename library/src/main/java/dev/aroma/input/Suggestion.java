package dev.aroma.input;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known name nearest to what somebody wrote. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The nearest of {@code known} to {@code found}, if one is near enough to be meant.
   *
   * <p>Near enough is one slip (insert, drop, change, swap of neighbours) for every three letters
   * and at least one; else a known name that begins so ({@code epoch}), or whose words begin with
   * the letters found ({@code lr} for {@code learning-rate}).
   */
  public static Optional<String> nearest(String found, Collection<String> known) {
    String wanted = found.toLowerCase(Locale.ROOT);
    int slips = Math.max(1, wanted.length() / 3);
    Optional<String> near =
        known.stream()
            .filter(name -> Math.abs(wanted.length() - name.length()) <= slips) // costs nothing
            .filter(name -> slips(wanted, name) <= slips)
            .filter(name -> slips(wanted, name) < Math.min(wanted.length(), name.length()))
            .min(Comparator.comparingInt(name -> slips(wanted, name)));
    if (near.isPresent() || wanted.length() < 2) {
      return near;
    }
    return known.stream()
        .filter(name -> name.startsWith(wanted) || initials(name).equals(wanted))
        .findFirst();
  }

  /** As a clause for a message: {@code "; did you mean X?"}, or nothing. */
  public static String clause(String found, Collection<String> known) {
    return nearest(found, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  private static int slips(String wanted, String name) {
    return distance(wanted, name.toLowerCase(Locale.ROOT));
  }

  private static String initials(String name) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      if (i == 0 || name.charAt(i - 1) == '-') {
        letters.append(name.charAt(i));
      }
    }
    return letters.toString();
  }

  /** Damerau's distance in its restricted form: a swap of neighbours is one slip, not two. */
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        cost[i][j] = Math.min(least, cost[i - 1][j - 1] + change);
        if (swapped(from, i, to, j)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[from.length()][to.length()];
  }

  private static boolean swapped(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
