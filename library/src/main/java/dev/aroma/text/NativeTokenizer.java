package dev.aroma.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.aroma.input.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Starts the native tokenizers library, offline.
 *
 * <p>The Java layer over it reports its use to a server once a day, and on a machine with a GPU it
 * fetches another build of the library, unless told to stay offline. The system properties that say
 * so are set before it loads, for the whole JVM, unless somebody set them already.
 */
final class NativeTokenizer {
  static {
    setUnlessSet("ai.djl.offline");
    setUnlessSet("OPT_OUT_TRACKING");
  }

  private NativeTokenizer() {}

  private static void setUnlessSet(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }

  /** Truncates at {@code maxLength}, longest text first, and never pads. */
  static HuggingFaceTokenizer start(String json, int maxLength, String origin) {
    String length = Integer.toString(maxLength);
    Map<String, String> options =
        Map.of(
            "truncation", "longest_first",
            "padding", "do_not_pad",
            "maxLength", length,
            "modelMaxLength", length, // else maxLength is lowered to a default of 512
            "stride", "0",
            "padToMultipleOf", "0");
    try (ByteArrayInputStream in =
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
      return HuggingFaceTokenizer.newInstance(in, options);
    } catch (EngineException | LinkageError e) {
      throw new InputException(
          "The native tokenizers library did not start on %s %s: %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e),
          "It comes for Linux and Windows on x86_64 and for Linux and macOS on aarch64, and is unpacked"
              + " below the home directory, which must be writable (or set DJL_CACHE_DIR).",
          "tokenizer-native",
          e);
    } catch (IOException | RuntimeException e) {
      throw JsonText.broken(origin, "the tokenizers library says: " + e.getMessage(), e);
    }
  }
}
