package io.ndstream.stitch;

import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes the pixels that are stored of a block of a canvas: sums over weights, quantized. On the way
 * it gathers what is said of the whole raster. Belongs to one thread; its arrays serve one block
 * after another.
 *
 * <p>The loops are the whole cost beside compression, so each goes over the block once and looks at
 * weights only if they differ.
 */
final class BlockEncoder {
  private final CanvasReader reader;
  private final int bands;
  private final double[] sums;
  private final double[] weights;
  private final float[] averages;
  private final ByteBuffer stored;
  private final Coverage covered = new Coverage();
  private double total;

  /**
   * @param dtype of what is stored
   */
  BlockEncoder(RunSpec run, CanvasReader reader, DType dtype) {
    this.reader = reader;
    this.bands = run.bands();
    int pixels = run.output().blockSize() * run.output().blockSize();
    this.sums = new double[pixels * bands];
    this.weights = new double[pixels];
    this.averages = new float[pixels * bands];
    this.stored =
        ByteBuffer.allocateDirect(pixels * bands * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Widens a range to the averages of a block.
   *
   * @param range least and largest so far, NaN without any
   */
  void extend(float[] range, Window part) {
    average(part);
    int count = (int) part.area() * bands;
    for (int i = 0; i < count; i++) {
      float average = averages[i];
      range[0] = !(range[0] <= average) && !Float.isNaN(average) ? average : range[0];
      range[1] = !(range[1] >= average) && !Float.isNaN(average) ? average : range[1];
    }
  }

  /**
   * @param part of the canvas, at most a block, not encoded before
   * @param quantizer null to store float32
   * @return rows, columns, bands, little-endian; valid until the next call
   */
  ByteBuffer encode(Window part, Quantizer quantizer) {
    boolean equal = average(part);
    if (!equal) {
      covered.add(part, weights);
    } else if (weights[0] > 0) {
      covered.add(part);
    }
    int count = (int) part.area() * bands;
    sum(count);
    stored.clear();
    if (quantizer == null) {
      stored.asFloatBuffer().put(averages, 0, count);
      stored.position(count * Float.BYTES);
    } else {
      quantizer.quantize(averages, count, stored);
    }
    return stored.flip();
  }

  /** Returns whether all pixels have the same weight. */
  private boolean average(Window part) {
    reader.read(part, sums, weights);
    int pixels = (int) part.area();
    boolean equal = CanvasView.areEqual(weights, pixels);
    CanvasView.divide(sums, weights, equal, pixels, bands);
    for (int i = 0; i < pixels * bands; i++) {
      averages[i] = (float) sums[i];
    }
    return equal;
  }

  /** In two sums, as one addition waits for the other. */
  private void sum(int count) {
    double even = 0;
    double odd = 0;
    for (int i = 0; i + 1 < count; i += 2) {
      even += number(averages[i]);
      odd += number(averages[i + 1]);
    }
    total += even + odd + (count % 2 == 0 ? 0 : number(averages[count - 1]));
  }

  private static double number(float average) {
    return Float.isNaN(average) ? 0 : average;
  }

  /** Where the blocks encoded so far have any weight. */
  Coverage covered() {
    return covered;
  }

  /** Sum of the averages encoded so far that are numbers. */
  double total() {
    return total;
  }
}
