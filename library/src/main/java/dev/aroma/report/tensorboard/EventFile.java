package dev.aroma.report.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One TensorBoard event file: a sequence of TFRecords, each handed to the system at once, so that a
 * TensorBoard that watches sees it.
 *
 * <p>A record is the length of its data (uint64), the masked CRC-32C of these eight bytes (uint32),
 * the data, and their masked CRC-32C, all little-endian.
 */
final class EventFile implements AutoCloseable {
  /** The second version: a session's start takes back what was logged at its step and later. */
  private static final String VERSION = "brain.Event:2";

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;
  private static final int START = 1;

  private final FileChannel channel;

  private EventFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates a file of its own in {@code directory}, so that a run that goes on adds one.
   *
   * @param seconds since 1970
   * @param step at which the run begins, or goes on
   */
  static EventFile create(Path directory, double seconds, long step) throws IOException {
    Files.createDirectories(directory);
    EventFile file = new EventFile(open(directory, (long) seconds));
    file.append(event(seconds, 0).text(3, VERSION));
    if (step > 0) {
      file.append(event(seconds, step).message(7, new Message().varint(1, START)));
    }
    return file;
  }

  /** TensorBoard takes files with {@code tfevents} in their names, in the order of their names. */
  private static FileChannel open(Path directory, long seconds) throws IOException {
    for (int i = 0; ; i++) {
      String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.aroma.%d", seconds, i);
      try {
        return FileChannel.open(
            directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (FileAlreadyExistsException taken) {
        // Another session began in the same second.
      }
    }
  }

  /** Appends one event with these scalars. */
  void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.message(1, new Message().text(1, tag).fixed(2, value.floatValue())));
    append(event(seconds, step).message(5, summary));
  }

  private static Message event(double seconds, long step) {
    Message event = new Message().fixed(1, seconds);
    return step == 0 ? event : event.varint(2, step);
  }

  private void append(Message event) throws IOException {
    byte[] data = event.bytes();
    ByteBuffer record = ByteBuffer.allocate(FRAME + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedChecksum(record.array(), 0, Long.BYTES));
    record.put(data);
    record.putInt(maskedChecksum(data, 0, data.length));
    record.flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  /** Masked, because a checksum of data that holds checksums is a weak one. */
  static int maskedChecksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + MASK_DELTA;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
