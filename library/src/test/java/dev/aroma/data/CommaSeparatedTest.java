package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.input.InputException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommaSeparatedTest {
  private static final String[] PIECES = {
    "a", "\"", ",", "\n", " ", "\t", "\u00e9", "\uD83D\uDE00", "", "\"\"", "\r\u2028"
  };

  /** Whatever is quoted as RFC 4180 says comes back, wherever quotes, commas and breaks fall. */
  @Test
  void randomRecordsComeBackAsTheyWere() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      List<List<String>> records = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        records.add(List.of(field(random), field(random), field(random)));
      }
      String end = random.nextBoolean() ? "\r\n" : "\n";
      String csv =
          records.stream().map(CommaSeparatedTest::written).collect(Collectors.joining(end));
      assertThat(read(csv + (random.nextBoolean() ? end : ""))).as(csv).isEqualTo(records);
    }
  }

  /** Whatever the bytes: fields, or words for a person, and always an end. */
  @Test
  void randomTextIsReadOrRefused() {
    Random random = new Random(2);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      StringBuilder csv = new StringBuilder();
      for (int i = 0; i < random.nextInt(12); i++) {
        csv.append(PIECES[random.nextInt(PIECES.length)]);
      }
      try {
        assertThat(read(csv.toString())).allMatch(fields -> !fields.isEmpty());
      } catch (InputException e) {
        assertThat(e).hasMessageContaining("#data-quotes");
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 1900);
  }

  @Test
  void theLastFieldMayBeEmpty() {
    assertThat(read("a,\n,\n")).containsExactly(List.of("a", ""), List.of("", ""));
    assertThat(read("\"a\",")).containsExactly(List.of("a", ""));
  }

  private static String field(Random random) {
    StringBuilder field = new StringBuilder("x"); // a lone empty field would be a blank line
    for (int i = 0; i < random.nextInt(5); i++) {
      field.append(PIECES[random.nextInt(PIECES.length - 1)]);
    }
    return field.toString();
  }

  private static String written(List<String> fields) {
    return fields.stream()
        .map(field -> "\"" + field.replace("\"", "\"\"") + "\"")
        .collect(Collectors.joining(","));
  }

  private static List<List<String>> read(String csv) {
    List<List<String>> records = new ArrayList<>();
    byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
    try (Utf8Lines lines = new Utf8Lines(new ByteArrayInputStream(bytes), "memory")) {
      CommaSeparated reader = new CommaSeparated(lines);
      for (List<String> next = reader.next(); next != null; next = reader.next()) {
        records.add(next);
      }
    }
    return records;
  }
}
