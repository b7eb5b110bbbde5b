package dev.aroma.io;

import dev.aroma.input.InputException;
import dev.aroma.io.SafetensorsHeader.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, read through a memory map, or piece by piece.
 *
 * <p>Format: 8 bytes header length (little-endian), the header as JSON in UTF-8, then the data,
 * which the tensors fill without holes. Opening checks all of that; nothing but the header is read
 * until a tensor's bytes are. See <a
 * href="https://huggingface.co/docs/safetensors/index#format">the format</a>.
 */
public final class SafetensorsFile implements TensorSource {
  /** The format's own limit; no honest header comes near it. */
  private static final long MAX_HEADER = 100_000_000L;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private SafetensorsFile(
      Path file, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  /** Opens and checks a file; an InputException says what is wrong with it. */
  public static SafetensorsFile open(Path file) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      return read(file, channel);
    } catch (IOException e) {
      close(channel);
      throw cannotRead(file, e);
    } catch (RuntimeException | Error e) {
      close(channel);
      throw e;
    }
  }

  private static SafetensorsFile read(Path file, FileChannel channel) throws IOException {
    String name = file.toString();
    long size = channel.size();
    if (size < 8) {
      throw SafetensorsHeader.bad(name, "it has %d bytes, expected at least 8".formatted(size));
    }
    long length = readAt(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER || length > size - 8) {
      throw SafetensorsHeader.bad(
          name,
          "its first 8 bytes give a header of %s bytes, expected 2 to %d"
              .formatted(Long.toUnsignedString(length), Math.min(MAX_HEADER, size - 8)));
    }
    ByteBuffer bytes = readAt(channel, 8, (int) length);
    SafetensorsHeader header = SafetensorsHeader.parse(name, decode(name, bytes));
    SafetensorsLayout.check(name, header, size - 8 - length);
    return new SafetensorsFile(file, channel, header, 8 + length);
  }

  private static ByteBuffer readAt(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
    return bytes.flip();
  }

  private static String decode(String file, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw SafetensorsHeader.bad(file, "the header is not UTF-8");
    }
  }

  static InputException cannotRead(Path file, IOException e) {
    boolean missing = e instanceof NoSuchFileException;
    String why = missing ? "there is no such file" : e.getMessage();
    why = Files.isDirectory(file) ? "it is a directory" : why;
    return new InputException(
        "cannot read " + file + ": " + why,
        "Check the path and its permissions.",
        missing ? "no-such-file" : "cannot-read",
        e);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  /** The strings under {@code __metadata__}. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public RawTensor get(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw MissingTensor.in(this, name);
    }
    try {
      long begin = dataStart + entry.begin();
      long end = dataStart + entry.end();
      List<ByteBuffer> segments = MappedRange.map(channel, begin, end, MappedRange.SEGMENT);
      FileReader reader = new FileReader(file, channel, begin, end);
      return RawTensor.ofFile(name, entry.dtype(), entry.sizes(), () -> segments, reader);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  @Override
  public String source() {
    return file.toString();
  }

  /** Closes the file; tensors already got stay readable. */
  @Override
  public void close() {
    close(channel);
  }
}
