package dev.aroma.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A tokenizer file in the format of Karpathy's llama2.c, all of whose scores are 0. */
public final class Llama2cTokenizer {
  private static final List<String> SPECIAL = List.of("<unk>", "\n<s>\n", "\n</s>\n");

  private Llama2cTokenizer() {}

  /**
   * The bytes of a file.
   *
   * @param pieces of the vocabulary after the three special ones
   */
  public static byte[] of(List<String> pieces) {
    List<byte[]> all = new ArrayList<>();
    SPECIAL.forEach(piece -> all.add(piece.getBytes(StandardCharsets.UTF_8)));
    pieces.forEach(piece -> all.add(piece.getBytes(StandardCharsets.UTF_8)));
    int size = 4 + all.stream().mapToInt(piece -> 8 + piece.length).sum();
    int longest = all.stream().mapToInt(piece -> piece.length).max().orElse(0);
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(longest);
    all.forEach(piece -> bytes.putFloat(0).putInt(piece.length).put(piece));
    return bytes.array();
  }
}
