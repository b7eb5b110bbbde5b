package dev.aroma.data;

import dev.aroma.input.InputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A delimited file with a header: names the columns of every record and holds each to their number.
 * Blank lines are passed over.
 */
final class HeadedTable {
  private final Records records;
  private final Map<String, Integer> columns = new LinkedHashMap<>();
  private List<String> pending;

  /**
   * @param columnsWithoutHeader names for a file that starts with data; a first record that holds
   *     none of them is data. Empty where there always is a header.
   */
  private HeadedTable(Records records, List<String> columnsWithoutHeader) {
    this.records = records;
    List<String> first = records.next();
    if (first == null) {
      throw DataFiles.empty(records.origin(), "an empty file");
    }
    boolean header =
        columnsWithoutHeader.isEmpty() || columnsWithoutHeader.stream().anyMatch(first::contains);
    pending = header ? null : first;
    name(header ? first : columnsWithoutHeader);
  }

  /**
   * Reads all rows.
   *
   * @param skipShort whether to pass over rows that lack fields instead of refusing them
   * @return how many rows were passed over
   */
  static int read(
      Records records, List<String> columnsWithoutHeader, boolean skipShort, Consumer<Row> rows) {
    HeadedTable table = new HeadedTable(records, columnsWithoutHeader);
    int read = 0;
    int skipped = 0;
    for (Row row = table.next(); row != null; row = table.next()) {
      int missing = table.columns.size() - row.fields().size();
      if (missing > 0 && skipShort) {
        skipped++;
      } else if (missing != 0) {
        throw table.ragged(row);
      } else {
        rows.accept(row);
        read++;
      }
    }
    if (read == 0) {
      throw DataFiles.empty(records.origin(), "no rows but the header");
    }
    return skipped;
  }

  private void name(List<String> names) {
    for (String column : names) {
      if (columns.put(column, columns.size()) != null) {
        throw new InputException(
            "Expected every column of %s once, found \"%s\" twice in line %d."
                .formatted(records.origin(), column, records.line()),
            "Rename one of them.",
            "data-column");
      }
    }
  }

  private Row next() {
    List<String> fields = pending == null ? records.next() : pending;
    pending = null;
    while (fields != null && columns.size() > 1 && fields.equals(List.of(""))) {
      fields = records.next();
    }
    return fields == null ? null : new Row(records.origin(), records.line(), columns, fields);
  }

  private InputException ragged(Row row) {
    return new InputException(
        "Expected %d columns in %s as in its header, found %d."
            .formatted(columns.size(), row.where(), row.fields().size()),
        "Repair the line: a tab or line break inside a text, or a wrong separator, does this.",
        "data-ragged");
  }
}
