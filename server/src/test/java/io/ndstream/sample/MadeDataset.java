package io.ndstream.sample;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A data set of one single-band image whose pixels are a formula, in one video. */
final class MadeDataset {
  private MadeDataset() {}

  /** The value of a pixel by its column and row. */
  interface Formula {
    double at(int x, int y);
  }

  /**
   * @param warp JSON of {@code warp_img_to_vid}
   * @param videoSize width and height of the video
   */
  static Path write(Path dir, RasterSpec spec, Formula formula, String warp, int... videoSize)
      throws IOException {
    return write(dir, spec, formula, "[]", warp, videoSize);
  }

  /**
   * @param box JSON of the one annotation's {@code bbox}
   */
  static Path withBox(
      Path dir, RasterSpec spec, Formula formula, String box, String warp, int... videoSize)
      throws IOException {
    String annotation = "[{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": " + box + "}]";
    return write(dir, spec, formula, annotation, warp, videoSize);
  }

  private static Path write(
      Path dir, RasterSpec spec, Formula formula, String annotations, String warp, int... videoSize)
      throws IOException {
    Files.createDirectories(dir);
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(spec.width() * spec.height() * spec.dtype().bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < spec.height(); y++) {
      for (int x = 0; x < spec.width(); x++) {
        put(pixels, spec.dtype(), formula.at(x, y));
      }
    }
    try (RasterWriter writer = RasterWriter.create(dir.resolve("pixels.tif"), spec)) {
      writer.write(new Window(0, 0, spec.width(), spec.height()), pixels.flip());
      writer.commit();
    }
    String size = String.format("\"width\": %d, \"height\": %d", spec.width(), spec.height());
    Path manifest = dir.resolve("data.kwcoco.json");
    Files.writeString(
        manifest,
        String.format(
            "{\"categories\": [{\"id\": 1, \"name\": \"a\"}], \"annotations\": %s,"
                + "\"videos\": [{\"id\": 1, \"name\": \"v\", \"width\": %d, \"height\": %d}],"
                + "\"images\": [{\"id\": 1, \"name\": \"i\", \"file_name\": \"pixels.tif\", \"channels\": \"c\", %s,"
                + "\"video_id\": 1, \"frame_index\": 0, \"warp_img_to_vid\": %s}]}",
            annotations, videoSize[0], videoSize[1], size, warp));
    return manifest;
  }

  private static void put(ByteBuffer into, DType type, double value) {
    if (type == DType.UINT8) {
      into.put((byte) (int) value);
    } else if (type == DType.INT16) {
      into.putShort((short) value);
    } else {
      into.putFloat((float) value);
    }
  }
}
