package io.ndstream.stitch;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import io.ndstream.pixels.Layout;
import io.ndstream.pixels.StageTimes;
import io.ndstream.raster.FrameReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The averages of a finalized image, as exact as its raster stores them. */
record WrittenAverages(FinishedRaster raster, Path bundle, int bands, FrameReader files)
    implements Averages {
  @Override
  public Window bounds() {
    return new Window(0, 0, raster.width(), raster.height());
  }

  @Override
  public Affine imageFromAsset() {
    return raster.imageFromAsset();
  }

  @Override
  public void averages(Window part, double[] into) {
    int count = (int) part.area() * bands;
    int bytes = raster.dtype().bytes();
    ByteBuffer stored = ByteBuffer.allocate(count * bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] all = IntStream.range(0, bands).toArray();
    String location = bundle.resolve(raster.fileName()).toString();
    files.read(
        location,
        0,
        part,
        all,
        stored,
        Layout.hwc(0, part.width(), bands, bytes),
        new StageTimes());
    double[] values =
        raster.encoding() == null
            ? new Patch(part.height(), part.width(), bands, false, raster.dtype(), stored).values()
            : Quantizer.dequantize(stored, raster.dtype(), count, raster.encoding());
    System.arraycopy(values, 0, into, 0, count);
  }
}
