package io.ndstream.bench.sample;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A data set of two large files, each in two videos: one whose pixels are the file's, one that maps
 * them by a scale and an offset that are no whole numbers. Annotated with boxes and polygons, some
 * in every window.
 */
final class SampleData {
  private static final int STRIP = 256;

  private final Path directory;

  SampleData(Path directory) {
    this.directory = directory;
  }

  /** One kind of file. */
  enum Kind {
    RGB(DType.UINT8, 3, 4096),
    MSI(DType.INT16, 13, 2048);

    final DType dtype;
    final int bands;
    final int side;

    Kind(DType dtype, int bands, int side) {
      this.dtype = dtype;
      this.bands = bands;
      this.side = side;
    }

    /** Id of the image, and of the video of just this image. */
    int id(boolean warped) {
      return 1 + 2 * ordinal() + (warped ? 1 : 0);
    }

    String label() {
      return dtype.numpyName() + "x" + bands;
    }
  }

  /** The manifest; made if it is not there. */
  Path manifest() throws IOException {
    Path manifest = directory.resolve("bench.kwcoco.json");
    if (!Files.exists(manifest)) {
      Files.createDirectories(directory);
      for (Kind kind : Kind.values()) {
        write(kind);
      }
      Files.writeString(manifest, json());
    }
    return manifest;
  }

  private static String file(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT) + ".tif";
  }

  private void write(Kind kind) throws IOException {
    RasterSpec spec =
        RasterSpec.of(RasterSpec.Format.COG, kind.side, kind.side, kind.bands, kind.dtype)
            .withOverviews("AVERAGE", List.of(2, 4, 8, 16));
    SplittableRandom random = new SplittableRandom(7);
    ByteBuffer strip =
        ByteBuffer.allocateDirect(kind.side * STRIP * kind.bands * kind.dtype.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    try (RasterWriter writer = RasterWriter.create(directory.resolve(file(kind)), spec)) {
      for (int y = 0; y < kind.side; y += STRIP) {
        strip.clear();
        for (int i = 0; i < kind.side * STRIP; i++) {
          for (int b = 0; b < kind.bands; b++) {
            int value =
                ((i % kind.side) / 3 + (y + i / kind.side) / 5 + 17 * b & 0xff) + random.nextInt(8);
            if (kind.dtype == DType.UINT8) {
              strip.put((byte) Math.min(255, value));
            } else {
              strip.putShort((short) (value * 20));
            }
          }
        }
        writer.write(new Window(0, y, kind.side, STRIP), strip.flip());
      }
      writer.commit();
    }
  }

  private static String json() {
    List<String> videos = new ArrayList<>();
    List<String> images = new ArrayList<>();
    List<String> annotations = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (boolean warped : new boolean[] {false, true}) {
        int id = kind.id(warped);
        String size = "\"width\": " + kind.side + ", \"height\": " + kind.side;
        videos.add("{\"id\": " + id + ", \"name\": \"v" + id + "\", " + size + "}");
        String warp =
            warped
                ? ", \"warp_img_to_vid\": {\"scale\": [0.93, 1.04], \"offset\": [3.3, -2.1]}"
                : "";
        images.add(
            "{\"id\": "
                + id
                + ", \"name\": \"i"
                + id
                + "\", \"file_name\": \""
                + file(kind)
                + "\", \"channels\": \"c:"
                + kind.bands
                + "\", \"video_id\": "
                + id
                + ", \"frame_index\": 0, "
                + size
                + warp
                + "}");
        for (int y = 0; y < kind.side; y += 128) {
          for (int x = 0; x < kind.side; x += 128) {
            annotations.add(annotation(annotations.size() + 1, id, x, y));
          }
        }
      }
    }
    return "{\"categories\": [{\"id\": 1, \"name\": \"thing\"}],\n\"videos\": ["
        + String.join(",\n", videos)
        + "],\n\"images\": ["
        + String.join(",\n", images)
        + "],\n\"annotations\": ["
        + String.join(",\n", annotations)
        + "]}";
  }

  private static String annotation(int id, int image, int x, int y) {
    String ring =
        String.format(
            "[%d, %d, %d, %d, %d, %d, %d, %d]",
            x, y + 20, x + 20, y, x + 40, y + 20, x + 20, y + 40);
    return String.format(
        "{\"id\": %d, \"image_id\": %d, \"category_id\": 1, \"bbox\": [%d, %d, 40, 40], \"segmentation\": [%s]}",
        id, image, x, y, ring);
  }
}
