package io.ndstream.bench.frames;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Three bands of uint8 that compress about as aerial photographs do: smooth hills, edges, and a
 * little noise.
 */
final class TestImage {
  private TestImage() {}

  /** The file of this codec in {@code directory}, made unless it is there. */
  static Path cog(Path directory, int side, String codec) throws IOException {
    Path file = directory.resolve("image-" + side + "-" + codec + ".tif");
    if (!Files.exists(file)) {
      Files.createDirectories(directory);
      RasterSpec spec =
          RasterSpec.of(RasterSpec.Format.COG, side, side, 3, DType.UINT8)
              .withTileSize(256)
              .withCompression(codec, 1);
      write(file, spec);
    }
    return file;
  }

  static void write(Path file, RasterSpec spec) {
    try (RasterWriter writer = RasterWriter.create(file, spec)) {
      ByteBuffer block = ByteBuffer.allocate(spec.width() * 256 * spec.bands());
      for (int y = 0; y < spec.height(); y += 256) {
        Window w = new Window(0, y, spec.width(), Math.min(256, spec.height() - y));
        fill(block.clear(), w, spec.bands());
        writer.write(w, block.flip());
      }
      writer.commit();
    }
  }

  private static void fill(ByteBuffer block, Window w, int bands) {
    for (int y = w.y(); y < w.bottom(); y++) {
      for (int x = 0; x < w.width(); x++) {
        double hills =
            90 + 50 * Math.sin(x / 211.0) * Math.cos(y / 173.0) + 20 * Math.sin((x + y) / 37.0);
        int field = ((x / 97) * 31 + (y / 83) * 17) % 23;
        long noise = mix(((long) y << 32) + x);
        for (int b = 0; b < bands; b++) {
          int grain = (int) (noise >>> (8 * b)) & 3;
          block.put((byte) Math.max(0, Math.min(255, (int) hills + field + 9 * b + grain)));
        }
      }
    }
  }

  private static long mix(long v) {
    long z = v * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 27);
  }
}
