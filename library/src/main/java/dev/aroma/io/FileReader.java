package dev.aroma.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a range of an open file piece by piece, so that one piece is in memory at a time. */
record FileReader(Path file, FileChannel channel, long begin, long end) {
  /** Hands over the pieces; false, and nothing is done, if the file has been closed. */
  boolean forEachPiece(ByteBuffer space, Consumer<ByteBuffer> taker) {
    if (!channel.isOpen()) {
      return false;
    }
    ByteBuffer piece = space.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (long at = begin; at < end; at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), end - at));
        fill(piece, at);
        taker.accept(piece.flip());
      }
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(file, e);
    }
    return true;
  }

  private void fill(ByteBuffer piece, long at) throws IOException {
    while (piece.hasRemaining()) {
      if (channel.read(piece, at + piece.position()) < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
  }
}
