package io.ndstream.toy;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Pixels under the brush: rows, columns, bands, values in [0, 1]. */
final class Picture {
  private static final double[][] GROUND = {
    {0.16, 0.27, 0.17}, {0.36, 0.41, 0.22}, {0.60, 0.53, 0.38}, {0.30, 0.36, 0.42}
  };
  private static final double[][] HUES = {
    {0.98, 0.78, 0.16}, {0.93, 0.30, 0.36}, {0.20, 0.72, 0.90}
  };

  private static final Ink SHADOW = (band, x, y) -> 0;

  private final int width;
  private final int height;
  private final int bands;
  private final float[] values;
  private final Affine imageFromPicture;

  /** What of the image the picture shows. */
  private final Box extent;

  Picture(int width, int height, int bands, Affine imageFromPicture) {
    this.width = width;
    this.height = height;
    this.bands = bands;
    this.values = new float[width * height * bands];
    this.imageFromPicture = imageFromPicture;
    this.extent = imageFromPicture.bounds(new Box(0, 0, width, height));
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int bands() {
    return bands;
  }

  /** Red, green and blue: shapes with shadows on a ground of earth and grass. */
  Picture paintColours(List<Thing> things, long ground, double period) {
    Noise relief = new Noise(ground, period, 5, extent);
    Noise cover = new Noise(ground + 100, period / 2, 4, extent);
    forEachPixel(
        (at, x, y) -> {
          double place = relief.at(x, y) * (GROUND.length - 1);
          int low = (int) Math.min(GROUND.length - 2, place);
          double light = 0.75 + 0.5 * cover.at(x, y);
          for (int band = 0; band < 3; band++) {
            double mixed =
                GROUND[low][band] + (place - low) * (GROUND[low + 1][band] - GROUND[low][band]);
            values[at + band] = (float) Math.min(1, mixed * light);
          }
        });
    Coverage coverage = new Coverage(width, height);
    for (Thing thing : things) {
      double drop = 0.05 * Math.min(thing.box().width(), thing.box().height());
      List<double[]> outline = List.of(thing.shape().exterior(thing.box().translate(drop, drop)));
      coverage.of(
          outline,
          imageFromPicture.inverse(),
          (row, from, to, shares) -> blend(row, from, to, shares, 0.4, SHADOW));
      paintColours(thing, coverage);
    }
    return this;
  }

  private void paintColours(Thing thing, Coverage coverage) {
    double[] hue = HUES[thing.shape().ordinal()];
    ToyRandom random = new ToyRandom(thing.paint());
    double[] colour = new double[3];
    for (int band = 0; band < 3; band++) {
      colour[band] = hue[band] + random.uniform(-0.12, 0.12);
    }
    Noise grain = new Noise(random.nextLong(), thing.box().width() / 3, 3, thing.box());
    Ink ink =
        (band, x, y) -> {
          double down = (y - thing.box().top()) / thing.box().height();
          return colour[band] * (1.08 - 0.25 * down + 0.3 * (grain.at(x, y) - 0.5));
        };
    Affine fromImage = imageFromPicture.inverse();
    coverage.of(
        List.of(thing.shape().exterior(thing.box())),
        fromImage,
        (row, from, to, shares) -> blend(row, from, to, shares, 1, ink));
    for (double[] eye : thing.shape().interiors(thing.box())) {
      coverage.of(
          List.of(eye),
          fromImage,
          (row, from, to, shares) -> blend(row, from, to, shares, 0.85, SHADOW));
    }
  }

  /**
   * Measurements: every shape has a value of its own in each band, the ground is noise below 0.4.
   */
  Picture paintMeasurements(List<Thing> things, List<String> codes, long ground, double period) {
    List<Noise> noises = new ArrayList<>();
    codes.forEach(code -> noises.add(new Noise(ground + ToyKey.hash(code), period, 5, extent)));
    forEachPixel(
        (at, x, y) -> {
          for (int band = 0; band < bands; band++) {
            values[at + band] = (float) (0.4 * noises.get(band).at(x, y));
          }
        });
    Coverage coverage = new Coverage(width, height);
    for (Thing thing : things) {
      double[] levels =
          codes.stream()
              .mapToDouble(
                  code -> new ToyRandom(thing.paint() + ToyKey.hash(code)).uniform(0.3, 0.95))
              .toArray();
      List<double[]> rings = new ArrayList<>(List.of(thing.shape().exterior(thing.box())));
      rings.addAll(thing.shape().interiors(thing.box()));
      Ink ink = (band, x, y) -> levels[band] + 0.2 * (noises.get(band).at(y, x) - 0.5);
      coverage.of(
          rings,
          imageFromPicture.inverse(),
          (row, from, to, shares) -> blend(row, from, to, shares, 1, ink));
    }
    return this;
  }

  /** Little-endian, the values stretched over the whole range of an unsigned type. */
  ByteBuffer toBytes(DType dtype) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    double top = dtype == DType.UINT16 ? 0xFFFF : 0xFF;
    for (float value : values) {
      long level = Math.round(Math.max(0, Math.min(1, value)) * top);
      if (dtype == DType.UINT16) {
        bytes.putShort((short) level);
      } else {
        bytes.put((byte) level);
      }
    }
    return bytes.flip();
  }

  /** The value of a band at a place of the image. */
  private interface Ink {
    double value(int band, double x, double y);
  }

  /** Visits a pixel: the index of its first value, and the place of its centre in the image. */
  private interface Visitor {
    void visit(int at, double x, double y);
  }

  private void forEachPixel(Visitor visitor) {
    for (int row = 0, at = 0; row < height; row++) {
      for (int column = 0; column < width; column++, at += bands) {
        visitor.visit(at, imageX(column, row), imageY(column, row));
      }
    }
  }

  private void blend(int row, int from, int to, float[] shares, double opacity, Ink ink) {
    for (int column = from; column < to; column++) {
      float share = (float) (shares[column] * opacity);
      if (share == 0) {
        continue;
      }
      int at = (row * width + column) * bands;
      for (int band = 0; band < bands; band++) {
        double value = ink.value(band, imageX(column, row), imageY(column, row));
        values[at + band] += share * ((float) Math.max(0, Math.min(1, value)) - values[at + band]);
      }
    }
  }

  private double imageX(int column, int row) {
    return imageFromPicture.x(column + 0.5, row + 0.5);
  }

  private double imageY(int column, int row) {
    return imageFromPicture.y(column + 0.5, row + 0.5);
  }
}
