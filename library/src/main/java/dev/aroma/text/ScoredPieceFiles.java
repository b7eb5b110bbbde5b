package dev.aroma.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * LLaMA's SentencePiece BPE from the file that llama2.c keeps it in ({@code tokenizer.bin}, {@code
 * tok512.bin}): an int32, then for each id a float32 score, an int32 length and as many bytes, all
 * little-endian. Ids 0, 1 and 2 are &lt;unk&gt;, &lt;s&gt; and &lt;/s&gt;.
 *
 * <p>The file says which pieces there are, not which two made each: as Hugging Face's converter
 * does, every two pieces that join to a third may be merged, in the order of the third's score.
 */
final class ScoredPieceFiles {
  private static final String NAME = "tok[a-z0-9]*\\.bin";
  private static final long LARGEST = 64L << 20;
  private static final String SPACE = "\u2581";

  private record Piece(String text, float score) {}

  private record Merge(int left, int right, float score) {}

  private ScoredPieceFiles() {}

  /** The file in a directory; null if there is none or several. */
  static Path find(Path directory) {
    if (!Files.isDirectory(directory)) {
      return null;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found = files.filter(file -> file.getFileName().toString().matches(NAME)).toList();
      return found.size() == 1 ? found.get(0) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The content of a {@code tokenizer.json} that does the same. */
  static ObjectNode read(Path file) {
    List<Piece> pieces = pieces(file);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      if (vocabulary.put(pieces.get(id).text(), id) != null) {
        throw broken(file, "expected every piece once, found id %d again".formatted(id), null);
      }
    }
    ObjectNode root = JsonText.object().put("version", "1.0");
    SpecialTokens specials = new SpecialTokens(vocabulary, root, file.toString());
    specials.required("<unk>");
    specials.required("<s>");
    specials.required("</s>");
    specials.template("<s>:0 A:0", "<s>:0 A:0 <s>:1 B:1", "<s>");
    spaces(root);
    ObjectNode model = root.putObject("model").put("type", "BPE").put("unk_token", "<unk>");
    model.put("fuse_unk", true).put("byte_fallback", true);
    vocabulary.forEach(model.putObject("vocab")::put);
    merges(model.putArray("merges"), pieces, vocabulary);
    return root;
  }

  private static List<Piece> pieces(Path file) {
    List<Piece> pieces = new ArrayList<>();
    try {
      if (Files.size(file) > LARGEST) {
        throw broken(file, "it is larger than 64 MiB", null);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.getInt(); // length of the longest piece
      while (bytes.hasRemaining()) {
        float score = bytes.getFloat();
        pieces.add(new Piece(text(pieces.size(), bytes), score));
      }
    } catch (BufferUnderflowException e) {
      throw broken(file, "piece %d reaches beyond its end".formatted(pieces.size()), e);
    } catch (CharacterCodingException e) {
      throw broken(file, "piece %d is not UTF-8".formatted(pieces.size()), e);
    } catch (IOException e) {
      throw broken(file, e.toString(), e);
    }
    return pieces;
  }

  private static String text(int id, ByteBuffer bytes) throws CharacterCodingException {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    String text = StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    boolean special = id < 3; // written with line breaks around them
    return special ? text.strip() : text.replace(" ", SPACE);
  }

  private static RuntimeException broken(Path file, String problem, Exception cause) {
    return JsonText.broken(file.toString(), problem, cause);
  }

  /** A space is a letter; one stands before the first word, and goes again in decoding. */
  private static void spaces(ObjectNode root) {
    ArrayNode normal = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normal.addObject().put("type", "Prepend").put("prepend", SPACE);
    replace(normal.addObject(), " ", SPACE);
    ArrayNode decode = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decode.addObject(), SPACE, " ");
    decode.addObject().put("type", "ByteFallback");
    decode.addObject().put("type", "Fuse");
    decode.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
  }

  private static void replace(ObjectNode node, String from, String to) {
    node.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
  }

  private static void merges(
      ArrayNode target, List<Piece> pieces, Map<String, Integer> vocabulary) {
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : pieces) {
      List<Merge> ways = new ArrayList<>();
      for (int i = 1; i < piece.text().length(); i++) {
        Integer left = vocabulary.get(piece.text().substring(0, i));
        Integer right = vocabulary.get(piece.text().substring(i));
        if (left != null && right != null) {
          ways.add(new Merge(left, right, piece.score()));
        }
      }
      ways.sort(Comparator.comparingInt(Merge::left).thenComparingInt(Merge::right));
      merges.addAll(ways);
    }
    merges.sort(Comparator.comparingDouble((Merge merge) -> -merge.score()));
    for (Merge merge : merges) {
      ArrayNode pair = target.addArray();
      pair.add(pieces.get(merge.left()).text()).add(pieces.get(merge.right()).text());
    }
  }
}
