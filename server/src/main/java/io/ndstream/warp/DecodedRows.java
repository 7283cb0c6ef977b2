package io.ndstream.warp;

import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import java.nio.ByteBuffer;

/**
 * The pixels of a window of a file as values. Read in strips, so that a window of any size takes
 * bounded memory.
 */
final class DecodedRows<A> extends Rows<A> {
  private static final int STRIP_BYTES = 16 << 20;

  private PixelReader reader;
  private Decoding decoding;
  private Scratch scratch;
  private int level;
  private Window window;
  private int rowBytes;
  private int stripRows;
  private int strip;

  DecodedRows(Lanes<A> lanes) {
    super(lanes);
  }

  /** Opens a window, not empty. Nothing is read yet. */
  DecodedRows<A> open(
      PixelReader from, int ofLevel, Window of, Decoding as, int rowsKept, Scratch scratch) {
    this.reader = from;
    this.decoding = as;
    this.scratch = scratch;
    this.level = ofLevel;
    this.window = of;
    rowBytes = Math.multiplyExact(Math.multiplyExact(of.width(), as.bands()), as.stored().bytes());
    stripRows = Math.max(1, Math.min(of.height(), STRIP_BYTES / rowBytes));
    strip = -1;
    shape(of.width(), of.height(), as.bands(), rowsKept, scratch);
    return this;
  }

  @Override
  void make(int y, A into) {
    byte[] stored = scratch.rowBytes(rowBytes);
    loaded(y / stripRows).get(y % stripRows * rowBytes, stored, 0, rowBytes);
    lanes.decode(stored, decoding, into, elements());
  }

  private ByteBuffer loaded(int wanted) {
    int first = wanted * stripRows;
    int rows = Math.min(stripRows, window.height() - first);
    ByteBuffer pixels = scratch.pixels(stripRows * rowBytes);
    if (strip != wanted) {
      strip = -1;
      Window part = new Window(window.x(), window.y() + first, window.width(), rows);
      reader.read(
          level, part, pixels, Layout.hwc(0, window.width(), bands(), decoding.stored().bytes()));
      strip = wanted;
    }
    return pixels;
  }
}
