package io.ndstream.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ndstream.pixels.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libjpeg-turbo and GDAL give the same pixels for a tile, or the beginning of one. */
class JpegTileTest {
  private static final int SIDE = 64;

  @TempDir private Path directory;
  private final JpegTile gdal = new JpegTile(null);
  private JpegTile turbo;

  @BeforeEach
  void open() {
    Gdal.start();
    assumeThat(Turbojpeg.FOUND).as("libturbojpeg is installed").isTrue();
    turbo = new JpegTile(new Turbojpeg());
  }

  @Test
  void bothDecodeTheSame() throws IOException {
    for (int bands : new int[] {1, 3}) {
      Path file = write(bands);
      try (FileChannel channel = FileChannel.open(file)) {
        TiffDirectory d = TiffParser.parse(channel).get(0);
        for (int tile = 0; tile < d.offsets().length; tile++) {
          for (int rows : new int[] {SIDE, 16, 48}) {
            ByteBuffer stream = stream(channel, d, tile);
            assertThat(decode(turbo, d, stream, rows))
                .as("%d bands, tile %d, %d rows", bands, tile, rows)
                .isEqualTo(decode(gdal, d, stream, rows));
          }
        }
      }
    }
  }

  @Test
  void refusesAStreamThatIsBrokenAndGoesOn() throws IOException {
    try (FileChannel channel = FileChannel.open(write(3))) {
      TiffDirectory d = TiffParser.parse(channel).get(0);
      ByteBuffer stream = stream(channel, d, 0);
      byte[] good = decode(turbo, d, stream, SIDE);
      ByteBuffer broken = stream(channel, d, 0).put(3, (byte) 0x17);
      assertThatThrownBy(() -> decode(turbo, d, broken, SIDE)).isInstanceOf(IOException.class);
      assertThat(decode(turbo, d, stream, SIDE)).isEqualTo(good);
    }
  }

  @Test
  void bothRefuseATileOfOtherBands() throws IOException {
    try (FileChannel one = FileChannel.open(write(1));
        FileChannel three = FileChannel.open(write(3))) {
      ByteBuffer grey = stream(one, TiffParser.parse(one).get(0), 0);
      TiffDirectory d = TiffParser.parse(three).get(0);
      for (JpegTile decoder : new JpegTile[] {turbo, gdal}) {
        assertThatThrownBy(() -> decode(decoder, d, grey, SIDE)).isInstanceOf(IOException.class);
      }
    }
  }

  private Path write(int bands) {
    RasterSpec spec =
        RasterSpec.of(RasterSpec.Format.GTIFF, 3 * SIDE, 2 * SIDE, bands, DType.UINT8)
            .withTileSize(SIDE)
            .withCompression("JPEG", 1);
    return Formula.write(directory.resolve(bands + ".tif"), spec);
  }

  private static ByteBuffer stream(FileChannel channel, TiffDirectory d, int tile)
      throws IOException {
    ByteBuffer stream = ByteBuffer.allocateDirect((int) d.byteCounts()[tile]);
    channel.read(stream, d.offsets()[tile]);
    return stream.rewind();
  }

  private static byte[] decode(JpegTile decoder, TiffDirectory d, ByteBuffer stream, int rows)
      throws IOException {
    ByteBuffer into = ByteBuffer.allocateDirect(SIDE * rows * d.samples());
    decoder.decode(d, stream, rows, into);
    byte[] pixels = new byte[into.capacity()];
    into.get(0, pixels);
    return pixels;
  }
}
