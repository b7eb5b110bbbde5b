package dev.aroma.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns text into token ids: BERT's WordPiece, RoBERTa's byte-level BPE, and whatever else a
 * Hugging Face {@code tokenizer.json} describes.
 *
 * <p>Encodings are truncated to the maximum length, special tokens included; of a pair the longer
 * text loses tokens first. They are never padded. What a tokenizer.json itself says about
 * truncation and padding does not count. Lone surrogates become U+FFFD.
 *
 * <p><b>Threads:</b> all methods but {@link #close} may be called from several threads at once: the
 * native object is not changed after construction. <b>Memory:</b> it lives outside the heap until
 * {@link #close}; one that is forgotten is freed with the collected object.
 */
public final class TextTokenizer implements AutoCloseable {
  /** {@code [CLS] token [SEP]} needs as much. */
  private static final int SHORTEST = 3;

  /** More than the special tokens of any pair. */
  private static final int ROOMY = 32;

  /** Texts to a native call: enough for its threads, few enough to keep its memory small. */
  private static final int CHUNK = 1024;

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerJson json;
  private final int maxLength;
  private final int pairSpecials;

  private TextTokenizer(TokenizerJson json, int maxLength) {
    if (maxLength < SHORTEST) {
      throw new InputException(
          "Expected a maximum length of %d tokens or more, found %d."
              .formatted(SHORTEST, maxLength),
          "Two of the tokens are special ones. 128 is a usual value (max-length).",
          "max-length-too-small");
    }
    this.json = json;
    this.maxLength = maxLength;
    this.tokenizer = NativeTokenizer.start(json.text(), maxLength, json.origin());
    this.pairSpecials = pairSpecials();
  }

  /** Where the maximum may be too small for them, the library would miscount: ask another one. */
  private int pairSpecials() {
    if (maxLength >= ROOMY) {
      return pairSpecials(tokenizer);
    }
    try (HuggingFaceTokenizer roomy = NativeTokenizer.start(json.text(), ROOMY, json.origin())) {
      return pairSpecials(roomy);
    }
  }

  private int pairSpecials(HuggingFaceTokenizer roomy) {
    requireKnown(roomy.encode(""));
    ai.djl.huggingface.tokenizers.Encoding specials = roomy.encode("", "");
    requireKnown(specials);
    return specials.getIds().length;
  }

  /**
   * What the post-processor adds to a text is of the vocabulary, and of a type that models have.
   */
  private void requireKnown(ai.djl.huggingface.tokenizers.Encoding specials) {
    long type = Arrays.stream(specials.getTypeIds()).max().orElse(0);
    if (type > 1) {
      throw JsonText.broken(json.origin(), "expected the type ids 0 and 1, found " + type, null);
    }
    long largest = Arrays.stream(specials.getIds()).max().orElse(0);
    if (largest >= json.vocabularySize()) {
      throw JsonText.broken(
          json.origin(),
          "expected special tokens of its vocabulary of %d, found the id %d"
              .formatted(json.vocabularySize(), largest),
          null);
    }
  }

  /**
   * Loads the tokenizer of a Hugging Face directory: {@code tokenizer.json}, else {@code vocab.txt}
   * (WordPiece), else {@code vocab.json} and {@code merges.txt} (byte-level BPE), else llama2.c's
   * {@code tokenizer.bin}; with {@code tokenizer_config.json} beside them where it is there.
   *
   * @param maxLength most tokens of an encoding, 3 or more
   * @throws InputException when there is none, or it is broken, or the maximum is too small
   */
  public static TextTokenizer load(Path directory, int maxLength) {
    ObjectNode content = TokenizerDirectory.read(directory);
    TokenizerSettings settings = TokenizerSettings.in(directory);
    return new TextTokenizer(TokenizerJson.of(content, settings, directory.toString()), maxLength);
  }

  /**
   * Loads a {@code tokenizer.json} from the class path.
   *
   * @param resource its absolute name, such as {@code /all-minilm-l6-v2-tokenizer.json}
   * @param maxLength most tokens of an encoding, 3 or more
   */
  public static TextTokenizer ofResource(String resource, int maxLength) {
    try (InputStream in = TextTokenizer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new InputException(
            "Expected the tokenizer " + resource + " on the class path, found nothing there.",
            "Add the artifact that holds it to the dependencies.",
            "tokenizer-missing");
      }
      ObjectNode content = JsonText.parse(in.readAllBytes(), resource);
      return new TextTokenizer(
          TokenizerJson.of(content, TokenizerSettings.none(), resource), maxLength);
    } catch (IOException e) {
      throw JsonText.broken(resource, e.toString(), e);
    }
  }

  /** Encodes one text. */
  public Encoding encode(String text) {
    return encodeAll(List.of(text)).get(0);
  }

  /** Encodes a pair of texts as one input. */
  public Encoding encode(String text, String pair) {
    return encodeAll(List.of(text), List.of(pair)).get(0);
  }

  /** Encodes texts, each by itself, on all cores. */
  public List<Encoding> encodeAll(List<String> texts) {
    List<Encoding> encodings = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<String> chunk = texts.subList(from, Math.min(from + CHUNK, texts.size()));
      collect(tokenizer.batchEncode(WellFormed.all(chunk), true, false), encodings);
    }
    return encodings;
  }

  /**
   * Encodes pairs, text i with pair i, on all cores.
   *
   * @throws InputException when the maximum length leaves no room for a token of each text
   */
  public List<Encoding> encodeAll(List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          "expected as many pairs as texts, found " + texts.size() + " and " + pairs.size());
    }
    if (maxLength < pairSpecials + 2) {
      throw new InputException(
          "Expected a maximum length of %d tokens or more for pairs, found %d."
              .formatted(pairSpecials + 2, maxLength),
          "A pair takes %d special tokens. Raise max-length.".formatted(pairSpecials),
          "max-length-too-small");
    }
    List<Encoding> encodings = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, texts.size());
      PairList<String, String> chunk =
          new PairList<>(
              WellFormed.all(texts.subList(from, to)), WellFormed.all(pairs.subList(from, to)));
      collect(tokenizer.batchEncode(chunk, true, false), encodings);
    }
    return encodings;
  }

  /** The text of these ids, special tokens left out. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** The largest token id plus one: how many rows an embedding needs. */
  public int vocabularySize() {
    return json.vocabularySize();
  }

  /** The id that fills up a batch; 0 where the tokenizer has no padding token (LLaMA). */
  public int padId() {
    return json.padId();
  }

  /** Most tokens of an encoding, special ones included. */
  public int maxLength() {
    return maxLength;
  }

  /**
   * Writes {@code tokenizer.json} into a directory that exists; {@link #load} reads it back. An
   * older file is replaced only once the new one is complete.
   *
   * @throws IOException when the file cannot be written
   */
  public void save(Path directory) throws IOException {
    json.save(directory.resolve("tokenizer.json"));
  }

  /** Frees the native memory. The tokenizer cannot be used afterwards. */
  @Override
  public void close() {
    tokenizer.close();
  }

  private static void collect(
      ai.djl.huggingface.tokenizers.Encoding[] found, List<Encoding> encodings) {
    for (ai.djl.huggingface.tokenizers.Encoding one : found) {
      encodings.add(
          new Encoding(ints(one.getIds()), ints(one.getTypeIds()), one.exceedMaxLength()));
    }
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }
}
