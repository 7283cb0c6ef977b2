package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Every decoder gives the bytes that were compressed, and an error for what is no such stream. */
class DecompressorTest {
  private static final int LENGTH = 200_000; // two blocks of ZSTD

  private final byte[] plain = plain();
  private final TileScratch scratch = new TileScratch();
  private final Map<Decompressor, byte[]> streams =
      Map.of(
          Libzstd.orBundled(scratch::direct),
          Zstd.compress(plain),
          new BundledZstd(scratch::direct),
          Zstd.compress(plain),
          new JdkInflate(),
          deflate(plain));

  /** Repeats of many lengths between random bytes. */
  private static byte[] plain() {
    Random random = new Random(3);
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    for (int at = 300; at < LENGTH - 300; at += 150) {
      int from = at - 1 - random.nextInt(299);
      System.arraycopy(bytes, from, bytes, at, 1 + random.nextInt(140));
    }
    return bytes;
  }

  private static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] stream = new byte[bytes.length + 1000];
    int length = deflater.deflate(stream);
    deflater.end();
    return Arrays.copyOf(stream, length);
  }

  private static ByteBuffer direct(byte[] bytes, int length) {
    return ByteBuffer.allocateDirect(length).put(bytes, 0, length).flip();
  }

  @Test
  void decodeAnyBeginning() throws IOException {
    for (var stream : streams.entrySet()) {
      for (int wanted : new int[] {LENGTH, 1, 1000, 131_071, 131_072, 131_073, LENGTH - 1}) {
        byte[] out = new byte[LENGTH];
        stream.getKey().decode(direct(stream.getValue(), stream.getValue().length), out, wanted);
        assertThat(Arrays.mismatch(out, 0, wanted, plain, 0, wanted))
            .as("first difference in %d bytes of %s", wanted, stream.getKey())
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void decodeTheBeginningOfACutStreamAndReportTheCut() throws IOException {
    for (var stream : streams.entrySet()) {
      ByteBuffer half = direct(stream.getValue(), stream.getValue().length * 3 / 4);
      byte[] out = new byte[LENGTH];
      stream.getKey().decode(half, out, 1000);
      assertThat(Arrays.equals(out, 0, 1000, plain, 0, 1000)).isTrue();
      assertThatThrownBy(() -> stream.getKey().decode(half, out, LENGTH))
          .as("a cut stream and %s", stream.getKey())
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refuseBytesOfAnotherKindAndGoOnAfterwards() throws IOException {
    for (var stream : streams.entrySet()) {
      byte[] out = new byte[LENGTH];
      assertThatThrownBy(() -> stream.getKey().decode(direct(plain, LENGTH), out, LENGTH))
          .as("random bytes and %s", stream.getKey())
          .isInstanceOf(IOException.class);
      stream.getKey().decode(direct(stream.getValue(), stream.getValue().length), out, LENGTH);
      assertThat(out).isEqualTo(plain);
    }
  }

  @Test
  void deflateGivesTheSameWhicheverDecoderTakesIt() throws IOException {
    byte[] stream = deflate(plain);
    DeflateDecoder decoder = new DeflateDecoder(scratch::direct);
    for (int wanted : new int[] {LENGTH, LENGTH / 3}) {
      byte[] out = new byte[wanted];
      decoder.decode(direct(stream, stream.length), out, wanted, LENGTH);
      assertThat(Arrays.equals(out, 0, wanted, plain, 0, wanted)).isTrue();
    }
    assertThatThrownBy(
            () ->
                decoder.decode(direct(stream, stream.length / 2), new byte[LENGTH], LENGTH, LENGTH))
        .isInstanceOf(IOException.class);
  }
}
