package dev.aroma.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ranks of all modules as a grid: layers down, matrices across; in each cell the rank and the
 * effective rank beside it. Modules without a layer follow below.
 */
public final class RankGrid {
  // From dark to bright: backgrounds of the 256-colour palette; the rank 0 stays unshaded.
  private static final int[] SHADES = {23, 29, 35, 41, 47};

  private final Map<String, Integer> ranks;
  private final Map<String, Double> effective;
  private final RankLayout layout;

  /**
   * @param ranks by module path
   * @param effective effective ranks by module path; may lack some or all
   */
  public RankGrid(Map<String, Integer> ranks, Map<String, Double> effective) {
    this.ranks = new LinkedHashMap<>(ranks);
    this.effective = new LinkedHashMap<>(effective);
    this.layout = RankLayout.of(ranks.keySet());
  }

  /**
   * The grid as lines of text.
   *
   * @param unicode whether the terminal shows more than ASCII
   * @param ansi whether it shows colours: cells are shaded by rank
   */
  public String render(boolean unicode, boolean ansi) {
    if (ranks.isEmpty()) {
      return "no adapted modules\n";
    }
    StringBuilder text = new StringBuilder();
    if (!layout.rows().isEmpty()) {
      grid(unicode, ansi, text);
    }
    int width = layout.others().stream().mapToInt(ResultTable::width).max().orElse(0);
    for (String module : layout.others()) {
      text.append(ResultTable.pad(module, width, false)).append("  ").append(cell(module));
      text.append('\n');
    }
    int total = ranks.values().stream().mapToInt(Integer::intValue).sum();
    return text.append("total rank %d in %d modules\n".formatted(total, ranks.size())).toString();
  }

  private void grid(boolean unicode, boolean ansi, StringBuilder text) {
    String sum = unicode ? "Σ" : "sum";
    String absent = unicode ? "·" : "-";
    List<Integer> widths = new ArrayList<>();
    layout.headings().forEach((suffix, heading) -> widths.add(columnWidth(suffix, heading)));
    int labels = layout.rows().keySet().stream().mapToInt(String::length).max().orElse(0);
    int first = Math.max("layer".length(), labels);
    text.append(line("layer", first, List.copyOf(layout.headings().values()), widths, sum));
    layout
        .rows()
        .forEach(
            (label, modules) ->
                text.append(
                    line(
                        label, first, cells(modules, widths, absent, ansi), widths, sum(modules))));
    List<String> sums =
        layout.headings().keySet().stream()
            .map(suffix -> String.valueOf(sum(layout.column(suffix))))
            .toList();
    int all = layout.rows().values().stream().mapToInt(modules -> sum(modules.values())).sum();
    text.append(line(sum, first, sums, widths, String.valueOf(all)));
  }

  private List<String> cells(
      Map<String, String> modules, List<Integer> widths, String absent, boolean ansi) {
    List<String> cells = new ArrayList<>();
    for (String suffix : layout.headings().keySet()) {
      String module = modules.get(suffix);
      String plain = module == null ? absent : cell(module);
      String padded = ResultTable.pad(plain, widths.get(cells.size()), true);
      cells.add(ansi && module != null ? shaded(padded, ranks.get(module)) : padded);
    }
    return cells;
  }

  private String sum(Map<String, String> modules) {
    return String.valueOf(sum(modules.values()));
  }

  private static String line(
      String label, int first, List<String> cells, List<Integer> widths, String last) {
    StringBuilder line = new StringBuilder(ResultTable.pad(label, first, true));
    for (int i = 0; i < cells.size(); i++) {
      line.append("  ").append(ResultTable.pad(cells.get(i), widths.get(i), true));
    }
    return line.append("  ").append(ResultTable.pad(last, 5, true)).append('\n').toString();
  }

  private int columnWidth(String suffix, String heading) {
    int cells =
        layout.column(suffix).stream().mapToInt(module -> cell(module).length()).max().orElse(0);
    int total = String.valueOf(sum(layout.column(suffix))).length();
    return Math.max(ResultTable.width(heading), Math.max(cells, total));
  }

  private int sum(Iterable<String> modules) {
    int sum = 0;
    for (String module : modules) {
      sum += ranks.get(module);
    }
    return sum;
  }

  private String cell(String module) {
    Double part = effective.get(module);
    return part == null
        ? String.valueOf(ranks.get(module))
        : String.format(Locale.ROOT, "%d (%.1f)", ranks.get(module), part);
  }

  private String shaded(String cell, int rank) {
    int highest = Math.max(1, Collections.max(ranks.values()));
    if (rank <= 0) {
      return cell;
    }
    int shade = SHADES[Math.min(SHADES.length - 1, (rank * SHADES.length - 1) / highest)];
    return "\u001b[48;5;" + shade + ";38;5;" + (shade < 35 ? 15 : 0) + "m" + cell + "\u001b[0m";
  }
}
