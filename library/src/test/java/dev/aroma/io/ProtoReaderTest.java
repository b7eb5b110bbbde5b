package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoReaderTest {
  private static ProtoReader reader(byte... bytes) {
    return new ProtoReader("x", ByteBuffer.wrap(bytes));
  }

  private static ProtoReader reader(ProtoBytes message) {
    return reader(message.toBytes());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 300, 1L << 35, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void numbersAreReadAsTheyWereWritten(long value) {
    ProtoReader reader = reader(ProtoBytes.message().varint(3, value));
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(3);
    assertThat(reader.wireType()).isEqualTo(ProtoReader.VARINT);
    assertThat(reader.number()).isEqualTo(value);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void fieldsOfEveryKindAreSkipped() {
    byte[] fixed64 = {0x09, 1, 2, 3, 4, 5, 6, 7, 8};
    ProtoReader reader =
        reader(
            ProtoBytes.message()
                .raw(fixed64)
                .varint(2, 300)
                .text(3, "skipped")
                .float32(4, 1)
                .text(5, "read"));
    for (int field = 1; field <= 4; field++) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.field()).isEqualTo(field);
      reader.skip();
    }
    assertThat(reader.next()).isTrue();
    assertThat(reader.string()).isEqualTo("read");
    assertThat(reader.hasRemaining()).isFalse();
  }

  @Test
  void bytesAreAViewAndNotACopy() {
    ByteBuffer message = ByteBuffer.wrap(ProtoBytes.message().text(1, "abc").toBytes());
    ProtoReader reader = new ProtoReader("x", message);
    assertThat(reader.next()).isTrue();
    ByteBuffer view = reader.bytes();
    message.put(2, (byte) 'z');
    assertThat(view.get(0)).isEqualTo((byte) 'z');
    assertThat(view.remaining()).isEqualTo(3);
  }

  @Test
  void theMessageStartsAtTheBuffersPosition() {
    ByteBuffer message = ByteBuffer.wrap(new byte[] {99, 0x08, 0x05}).position(1);
    ProtoReader reader = new ProtoReader("x", message);
    assertThat(reader.next()).isTrue();
    assertThat(reader.number()).isEqualTo(5);
    assertThat(message.position()).isEqualTo(1);
  }

  @Test
  void floatsAreLittleEndian() {
    ProtoReader reader = reader(ProtoBytes.message().float32(1, -2.5f));
    assertThat(reader.next()).isTrue();
    assertThat(reader.float32()).isEqualTo(-2.5f);
  }

  @Test
  void aValueOfAnotherKindIsRefused() {
    ProtoReader reader = reader(ProtoBytes.message().text(1, "abc"));
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(reader::number)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x: ")
        .hasMessageContaining("field 1 of wire type 2, expected 0");
    assertThatThrownBy(reader::float32).hasMessageContaining("expected 5");
  }

  @Test
  void valuesThatEndEarlyAreRefused() {
    for (byte[] cut : new byte[][] {{0x08}, {0x0a, 2, 1}, {0x0d, 1, 2, 3}, {0x09, 1, 2}}) {
      ProtoReader reader = reader(cut);
      assertThat(reader.next()).isTrue();
      assertThatThrownBy(reader::skip)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("#bad-onnx");
    }
  }

  @Test
  void fieldNumbersBeyondTheLimitAreRefused() {
    ProtoReader reader = reader(ProtoBytes.encode(1L << 40));
    assertThatThrownBy(reader::next)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("field number");
  }
}
