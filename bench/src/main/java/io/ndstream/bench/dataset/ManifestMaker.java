package io.ndstream.bench.dataset;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Writes manifests of any size, the same for the same arguments: 20 annotations an image, 100
 * images a video, with the separators Python writes.
 */
final class ManifestMaker {
  /** What annotations have beside their box. */
  enum Shape {
    BOXES,
    POLYGONS,
    TRACKS
  }

  private static final int PER_IMAGE = 20;
  private static final int PER_VIDEO = 100;
  private static final int CATEGORIES = 10;
  private static final int SIDE = 1000;

  private final SplittableRandom random = new SplittableRandom(7);
  private final Shape shape;
  private final int annotations;

  ManifestMaker(Shape shape, int annotations) {
    this.shape = shape;
    this.annotations = annotations;
  }

  void write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      StringBuilder text = new StringBuilder("{\"categories\": [");
      for (int i = 1; i <= CATEGORIES; i++) {
        text.append(i > 1 ? ", " : "")
            .append("{\"id\": ")
            .append(i)
            .append(", \"name\": \"cat")
            .append(i)
            .append("\"}");
      }
      text.append("], \"videos\": [");
      int images = (annotations + PER_IMAGE - 1) / PER_IMAGE;
      for (int i = 1; i <= (images + PER_VIDEO - 1) / PER_VIDEO; i++) {
        text.append(i > 1 ? ", " : "")
            .append("{\"id\": ")
            .append(i)
            .append(", \"name\": \"video")
            .append(i)
            .append("\"}");
      }
      text.append("], \"images\": [");
      for (int i = 1; i <= images; i++) {
        text.append(i > 1 ? ", " : "");
        image(text, i);
        flush(text, out);
      }
      text.append("], \"annotations\": [");
      for (int i = 1; i <= annotations; i++) {
        text.append(i > 1 ? ", " : "");
        annotation(text, i);
        flush(text, out);
      }
      out.write(text.append("]}\n").toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void image(StringBuilder text, int id) {
    text.append("{\"id\": ").append(id).append(", \"file_name\": \"images/");
    text.append(String.format(Locale.ROOT, "%06d", id))
        .append(".png\", \"width\": ")
        .append(SIDE)
        .append(", \"height\": ");
    text.append(SIDE)
        .append(", \"video_id\": ")
        .append(1 + (id - 1) / PER_VIDEO)
        .append(", \"frame_index\": ");
    text.append((id - 1) % PER_VIDEO).append('}');
  }

  private void annotation(StringBuilder text, int id) {
    double x = random.nextInt(9000) / 10.0;
    double y = random.nextInt(9000) / 10.0;
    double width = 10 + random.nextInt(900) / 10.0;
    double height = 10 + random.nextInt(900) / 10.0;
    text.append("{\"id\": ").append(id).append(", \"image_id\": ").append(1 + (id - 1) / PER_IMAGE);
    text.append(", \"category_id\": ")
        .append(1 + random.nextInt(CATEGORIES))
        .append(", \"bbox\": [")
        .append(x);
    text.append(", ").append(y).append(", ").append(width).append(", ").append(height).append(']');
    if (shape == Shape.POLYGONS) {
      polygon(text, x, y, width, height);
    } else if (shape == Shape.TRACKS) {
      text.append(", \"track_id\": ")
          .append(1 + (id - 1) / (PER_IMAGE * PER_VIDEO) * PER_IMAGE + (id - 1) % PER_IMAGE);
    }
    text.append('}');
  }

  private static void polygon(StringBuilder text, double x, double y, double width, double height) {
    text.append(", \"segmentation\": [[");
    for (int i = 0; i < 8; i++) {
      double angle = 2 * Math.PI * i / 8;
      double px = x + width / 2 * (1 + Math.cos(angle));
      double py = y + height / 2 * (1 + Math.sin(angle));
      text.append(i > 0 ? ", " : "")
          .append(Math.rint(px * 100) / 100)
          .append(", ")
          .append(Math.rint(py * 100) / 100);
    }
    text.append("]]");
  }

  private static void flush(StringBuilder text, OutputStream out) throws IOException {
    if (text.length() > 1 << 16) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      text.setLength(0);
    }
  }
}
