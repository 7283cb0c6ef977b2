package io.ndstream.bench.regions;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes the data of the reference's own measurement: images of {@value #SIDE} pixels a side in
 * videos of {@value #PER_VIDEO} frames, with some annotations an image, and no pixel files.
 */
record RegionsManifest(int annotations, int perImage) {
  static final int SIDE = 1024;
  private static final int PER_VIDEO = 20;

  void write(Path file) throws IOException {
    int images = (annotations + perImage - 1) / perImage;
    int side = perImage > 100 ? 4 * SIDE : SIDE;
    SplittableRandom random = new SplittableRandom(7);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(
          "{\"categories\":[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"},{\"id\":3,\"name\":\"ignore\"}],\"videos\":[");
      for (int v = 1; v <= (images + PER_VIDEO - 1) / PER_VIDEO; v++) {
        out.write(
            (v > 1 ? ",{" : "{")
                + "\"id\":"
                + v
                + ",\"name\":\"v"
                + v
                + "\",\"width\":"
                + side
                + ",\"height\":"
                + side
                + "}");
      }
      out.write("],\"images\":[");
      for (int i = 0; i < images; i++) {
        out.write(
            (i > 0 ? ",{" : "{")
                + "\"id\":"
                + (i + 1)
                + ",\"file_name\":\""
                + i
                + ".png\",\"width\":"
                + side
                + ",\"height\":"
                + side
                + ",\"video_id\":"
                + (1 + i / PER_VIDEO)
                + ",\"frame_index\":"
                + i % PER_VIDEO
                + "}");
      }
      out.write("],\"annotations\":[");
      for (int a = 0; a < annotations; a++) {
        out.write(
            (a > 0 ? ",{" : "{")
                + "\"id\":"
                + (a + 1)
                + ",\"image_id\":"
                + (1 + a / perImage)
                + ",\"category_id\":"
                + (random.nextInt(20) == 0 ? 3 : 1 + random.nextInt(2))
                + ",\"bbox\":["
                + random.nextInt(side - 100)
                + ","
                + random.nextInt(side - 100)
                + ","
                + (10 + random.nextInt(90))
                + ","
                + (10 + random.nextInt(90))
                + "]}");
      }
      out.write("]}");
    }
  }
}
