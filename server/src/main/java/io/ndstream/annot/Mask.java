package io.ndstream.annot;

import io.ndstream.coco.Segmentation.Rle;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;

/**
 * The set pixels of an image, held for their bounding rectangle only: an object of 50 x 50 pixels
 * on an image of 20000 x 20000 costs 2500 bytes.
 *
 * @param x first column of the rectangle
 * @param y first row of the rectangle
 * @param cells 1 where set, row-major, width x height; not to be written to
 */
public record Mask(int x, int y, int width, int height, byte[] cells) {
  /** Cells of the largest mask that is decoded; tracing takes four bytes more for each. */
  static final long MAX_CELLS = 1L << 26;

  private static final Mask EMPTY = new Mask(0, 0, 0, 0, new byte[0]);

  /**
   * The pixels covered by the runs of ones.
   *
   * @throws io.ndstream.error.LoaderException BAD_MANIFEST if a run is negative or the runs do not
   *     cover the image exactly, OVER_BUDGET beyond {@link #MAX_CELLS}
   */
  public static Mask of(Rle rle) {
    checkRuns(rle);
    int lineLength = rle.columnMajor() ? rle.height() : rle.width();
    Extent extent = Extent.of(rle.counts(), lineLength);
    if (extent == null) {
      return EMPTY;
    }
    long area = (long) extent.lines() * extent.length();
    if (area > MAX_CELLS) {
      throw LoaderException.of(Reason.OVER_BUDGET, "mask pixels", area, "limit", MAX_CELLS);
    }
    byte[] cells = new byte[(int) area];
    if (rle.columnMajor()) {
      extent.fill(rle.counts(), lineLength, cells, 1, extent.lines());
      return new Mask(extent.firstLine, extent.first, extent.lines(), extent.length(), cells);
    }
    extent.fill(rle.counts(), lineLength, cells, extent.length(), 1);
    return new Mask(extent.first, extent.firstLine, extent.length(), extent.lines(), cells);
  }

  public boolean isEmpty() {
    return cells.length == 0;
  }

  /** Whether the pixel in this column and row of the image is set. */
  public boolean isSet(int column, int row) {
    int c = column - x;
    int r = row - y;
    return c >= 0 && c < width && r >= 0 && r < height && cells[r * width + c] != 0;
  }

  private static void checkRuns(Rle rle) {
    long sum = 0;
    for (int count : rle.counts()) {
      if (count < 0) {
        throw LoaderException.of(Reason.BAD_MANIFEST, "run", count, "expected", ">= 0");
      }
      sum += count;
    }
    long area = (long) rle.height() * rle.width();
    if (sum != area) {
      throw LoaderException.of(Reason.BAD_MANIFEST, "sum of runs", sum, "expected", area);
    }
  }

  /**
   * What the runs of ones reach, all bounds inclusive. A line is a column or a row, whichever the
   * runs go along.
   */
  private record Extent(int firstLine, int lastLine, int first, int last) {
    static Extent of(int[] counts, int lineLength) {
      int firstLine = Integer.MAX_VALUE;
      int lastLine = -1;
      int first = Integer.MAX_VALUE;
      int last = -1;
      long at = 0;
      for (int i = 0; i < counts.length; at += counts[i], i++) {
        if (i % 2 == 0 || counts[i] == 0) {
          continue;
        }
        long end = at + counts[i] - 1;
        int startLine = (int) (at / lineLength);
        int endLine = (int) (end / lineLength);
        boolean oneLine = startLine == endLine;
        firstLine = Math.min(firstLine, startLine);
        lastLine = endLine;
        first = Math.min(first, oneLine ? (int) (at % lineLength) : 0);
        last = Math.max(last, oneLine ? (int) (end % lineLength) : lineLength - 1);
      }
      return lastLine < 0 ? null : new Extent(firstLine, lastLine, first, last);
    }

    int lines() {
      return lastLine - firstLine + 1;
    }

    int length() {
      return last - first + 1;
    }

    void fill(int[] counts, int lineLength, byte[] cells, int lineStep, int step) {
      long at = 0;
      for (int i = 0; i < counts.length; at += counts[i], i++) {
        if (i % 2 == 0) {
          continue;
        }
        int line = (int) (at / lineLength) - firstLine;
        int position = (int) (at % lineLength);
        for (int left = counts[i]; left > 0; line++, position = 0) {
          int n = Math.min(left, lineLength - position);
          int cell = line * lineStep + (position - first) * step;
          for (int k = 0; k < n; k++, cell += step) {
            cells[cell] = 1;
          }
          left -= n;
        }
      }
    }
  }
}
