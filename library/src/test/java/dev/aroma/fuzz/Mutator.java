package dev.aroma.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Damages a sound file: flipped bits, lost and repeated parts, numbers at the edge of their types,
 * and where the form is known, damage that leaves it well-formed. The same seed, the same damage.
 */
public final class Mutator {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          ",",
          "\t",
          "\n",
          "\r",
          "\0",
          "\uFEFF",
          "{",
          "}",
          "[",
          "]",
          ":",
          "- ",
          "&a ",
          "*a",
          "!!java.net.URL [http://localhost/]",
          "<<: ",
          "\u2028",
          "\uD83D\uDE00",
          "%",
          "../",
          "#",
          "|",
          "null",
          "~",
          "x".repeat(5000));
  private static final int HEADER = 8; // bytes of a safetensors file that say how long its JSON is

  private final Random random;

  /** Damage of one seed. */
  public Mutator(long seed) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1); // neighbours must not be alike
  }

  /** One to three changes, mostly one; sometimes of the form, sometimes of its bytes. */
  public byte[] mutate(byte[] sound, Form form) {
    byte[] bytes = sound;
    for (int i = Math.max(0, random.nextInt(5) - 2); i >= 0; i--) {
      bytes = bytes.length == 0 || random.nextInt(4) == 0 ? ofBytes(bytes) : ofForm(bytes, form);
    }
    return bytes;
  }

  private byte[] ofForm(byte[] bytes, Form form) {
    return switch (form) {
      case BINARY -> ofBytes(bytes);
      case TEXT -> ofText(text(bytes)).getBytes(StandardCharsets.UTF_8);
      case JSON ->
          random.nextInt(5) == 0
              ? ofText(text(bytes)).getBytes(StandardCharsets.UTF_8)
              : new JsonMutator(random).mutate(bytes);
      case JSON_LINES -> ofJsonLines(text(bytes)).getBytes(StandardCharsets.UTF_8);
      case SAFETENSORS -> ofSafetensors(bytes);
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // --- bytes -------------------------------------------------------------------------------------

  private byte[] ofBytes(byte[] sound) {
    byte[] bytes = sound.clone();
    int at = random.nextInt(bytes.length + 1);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
    switch (random.nextInt(8)) {
      case 0 -> set(bytes, at, (byte) random.nextInt(256));
      case 1 -> set(bytes, at, (byte) (at < bytes.length ? bytes[at] ^ 1 << random.nextInt(8) : 0));
      case 2 -> set(bytes, at, (byte) ('0' + random.nextInt(10)));
      case 3 -> bytes = Arrays.copyOf(bytes, at);
      case 4 -> bytes = spliced(bytes, at, at + length, new byte[0]);
      case 5 -> bytes = spliced(bytes, at, at, part(bytes));
      case 6 -> bytes = spliced(bytes, at, at + length, part(bytes));
      default -> extreme(bytes, at);
    }
    return bytes;
  }

  private static void set(byte[] bytes, int at, byte value) {
    if (at < bytes.length) {
      bytes[at] = value;
    }
  }

  /** Some of the bytes, to be put elsewhere. */
  private byte[] part(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(64)));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /** A number at the edge of its type, in as many bytes as there is room for. */
  private void extreme(byte[] bytes, int at) {
    long[] values = {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 32};
    ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    value.putLong(values[random.nextInt(values.length)]);
    int width = 1 << random.nextInt(4);
    for (int i = 0; i < width; i++) {
      set(bytes, at + i, value.get(i));
    }
  }

  // --- text --------------------------------------------------------------------------------------

  private String ofText(String text) {
    int at = random.nextInt(text.length() + 1);
    return switch (random.nextInt(4)) {
      case 0 -> withNumber(text);
      case 1 -> text.substring(0, at) + pick(PIECES) + text.substring(at);
      default -> ofLines(text);
    };
  }

  private String withNumber(String text) {
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return text;
    }
    MatchResult one = pick(numbers);
    return text.substring(0, one.start()) + pick(JsonMutator.NUMBERS) + text.substring(one.end());
  }

  /** A line lost, there twice, in the place of another, or joined with the next. */
  private String ofLines(String text) {
    String[] lines = text.split("\n", -1);
    int at = random.nextInt(lines.length);
    String other = lines[random.nextInt(lines.length)];
    lines[at] =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> lines[at] + "\n" + other;
          case 2 -> other;
          default -> " ".repeat(random.nextInt(4)) + lines[at].strip();
        };
    return String.join("\n", lines);
  }

  private String ofJsonLines(String text) {
    String[] lines = text.split("\n", -1);
    int at = random.nextInt(lines.length);
    if (lines[at].isBlank() || random.nextInt(4) == 0) {
      return ofText(text);
    }
    lines[at] = text(new JsonMutator(random).mutate(lines[at].getBytes(StandardCharsets.UTF_8)));
    return String.join("\n", lines);
  }

  // --- safetensors -------------------------------------------------------------------------------

  /** Another header, mostly with its true length before it. */
  private byte[] ofSafetensors(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.length < HEADER ? -1 : buffer.getLong(0);
    if (length < 0 || length > bytes.length - HEADER || random.nextInt(5) == 0) {
      return ofBytes(bytes);
    }
    int end = HEADER + (int) length;
    byte[] header = new JsonMutator(random).mutate(Arrays.copyOfRange(bytes, HEADER, end));
    long said = random.nextInt(10) == 0 ? length : header.length;
    return ByteBuffer.allocate(HEADER + header.length + bytes.length - end)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(said)
        .put(header)
        .put(bytes, end, bytes.length - end)
        .array();
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
