package io.ndstream.catalog;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * Running sums of the valid pixels of one overview.
 *
 * @param width cells across; likewise height
 * @param sums (height + 1) x (width + 1), row-major: valid share of all cells above and left
 */
record ValidSums(int width, int height, float[] sums) {
  /** A larger overview is gathered into cells of several pixels. */
  private static final int MOST_CELLS = 1 << 20;

  int bytes() {
    return 64 + 4 * sums.length;
  }

  static boolean canBeInvalid(FrameHeader header) {
    return header.dtype().isFloat()
        || IntStream.range(0, header.bands()).allMatch(band -> header.nodata(band).isPresent());
  }

  static ValidSums read(FrameReader frames, String location, FrameHeader header) {
    int level = header.overviews();
    FrameHeader.Level size = header.levels().get(level);
    int side = (int) Math.ceil(Math.sqrt((double) size.width() * size.height() / MOST_CELLS));
    side = Math.max(1, side);
    int across = (size.width() + side - 1) / side;
    int down = (size.height() + side - 1) / side;
    float[] shares = new float[across];
    double[] above = new double[across + 1];
    float[] sums = new float[(across + 1) * (down + 1)];
    for (int row = 0; row < down; row++) {
      int top = row * side;
      Window strip = new Window(0, top, size.width(), Math.min(side, size.height() - top));
      gather(frames, location, header, level, strip, side, shares);
      double running = 0;
      for (int x = 0; x < across; x++) {
        running += shares[x];
        above[x + 1] += running;
        sums[(row + 1) * (across + 1) + x + 1] = (float) above[x + 1];
      }
    }
    return new ValidSums(across, down, sums);
  }

  private static void gather(
      FrameReader frames,
      String location,
      FrameHeader header,
      int level,
      Window strip,
      int side,
      float[] shares) {
    int bands = header.bands();
    int bytes = header.dtype().bytes();
    ByteBuffer pixels =
        ByteBuffer.allocate(Math.toIntExact(strip.area() * bands * bytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    Layout layout = new Layout(0, bands * bytes, strip.width() * bands * bytes, bytes);
    frames.read(
        location,
        level,
        strip,
        IntStream.range(0, bands).toArray(),
        pixels,
        layout,
        new StageTimes());
    for (int cell = 0; cell < shares.length; cell++) {
      int stop = Math.min(strip.width(), (cell + 1) * side);
      int valid = 0;
      for (int y = 0; y < strip.height(); y++) {
        for (int x = cell * side; x < stop; x++) {
          valid += isValid(pixels, (y * strip.width() + x) * bands, header, level) ? 1 : 0;
        }
      }
      shares[cell] = (float) valid / (strip.height() * (stop - cell * side));
    }
  }

  private static boolean isValid(ByteBuffer pixels, int first, FrameHeader header, int level) {
    for (int band = 0; band < header.bands(); band++) {
      double value = value(pixels, first + band, header.dtype());
      var nodata = header.levels().get(level).nodata().get(band);
      if (!Double.isNaN(value) && (nodata.isEmpty() || value != nodata.getAsDouble())) {
        return true;
      }
    }
    return false;
  }

  private static double value(ByteBuffer pixels, int element, DType dtype) {
    return switch (dtype) {
      case UINT8 -> pixels.get(element) & 0xff;
      case INT8 -> pixels.get(element);
      case UINT16 -> pixels.getShort(2 * element) & 0xffff;
      case INT16 -> pixels.getShort(2 * element);
      case UINT32 -> pixels.getInt(4 * element) & 0xffffffffL;
      case INT32 -> pixels.getInt(4 * element);
      case UINT64, INT64 -> pixels.getLong(8 * element);
      case FLOAT32 -> pixels.getFloat(4 * element);
      case FLOAT64 -> pixels.getDouble(8 * element);
    };
  }

  /**
   * Share of valid pixels in a box; edges as shares of width and height. What lies outside counts
   * as not valid.
   */
  double valid(double left, double top, double right, double bottom) {
    double area = (right - left) * width * (bottom - top) * height;
    return (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / area;
  }

  /** Interpolated, so that a cell cut by the box counts by the part inside. */
  private double at(double x, double y) {
    double column = Math.max(0, Math.min(1, x)) * width;
    double row = Math.max(0, Math.min(1, y)) * height;
    int i = (int) Math.min(column, width - 1);
    int j = (int) Math.min(row, height - 1);
    double u = column - i;
    double v = row - j;
    int at = j * (width + 1) + i;
    return (1 - v) * ((1 - u) * sums[at] + u * sums[at + 1])
        + v * ((1 - u) * sums[at + width + 1] + u * sums[at + width + 2]);
  }
}
