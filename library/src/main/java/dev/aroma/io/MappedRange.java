package dev.aroma.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Maps a range of a file into memory, in segments, as one buffer cannot exceed 2 GiB. */
final class MappedRange {
  /** A multiple of every element size, so that no element is cut. */
  static final long SEGMENT = 1L << 30;

  private MappedRange() {}

  static List<ByteBuffer> map(FileChannel channel, long begin, long end, long segment)
      throws IOException {
    List<ByteBuffer> segments = new ArrayList<>();
    for (long at = begin; at < end; at += segment) {
      long size = Math.min(segment, end - at);
      segments.add(channel.map(FileChannel.MapMode.READ_ONLY, at, size));
    }
    return segments;
  }
}
