package io.ndstream.wire;

import io.ndstream.coco.Quantization;
import io.ndstream.coco.Segmentation;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.stitch.CanvasView;
import io.ndstream.stitch.FinishedRaster;
import io.ndstream.stitch.ImageStatus;
import io.ndstream.stitch.Receipt;
import io.ndstream.stitch.RegionFinder;
import io.ndstream.stitch.RunSpec;
import io.ndstream.stitch.RunStatus;
import io.ndstream.v1.Encoding;
import io.ndstream.v1.ImageProgress;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.PredictedRegion;
import io.ndstream.v1.ReadCanvasResponse;
import io.ndstream.v1.RegionPolygon;
import io.ndstream.v1.RegionRing;
import io.ndstream.v1.Run;
import io.ndstream.v1.SampleError;
import io.ndstream.v1.WindowAck;
import io.ndstream.v1.WindowState;
import java.util.Arrays;
import java.util.List;

/** What stitching answers, as messages. */
public final class StitchMessages {
  private StitchMessages() {}

  public static WindowAck accepted(long image, Receipt receipt) {
    return WindowAck.newBuilder()
        .setImageId(image)
        .setWindowId(receipt.id())
        .setState(
            receipt.duplicate()
                ? WindowState.WINDOW_STATE_DUPLICATE
                : WindowState.WINDOW_STATE_ACCEPTED)
        .setWindows(receipt.windows())
        .setMissing(receipt.missing())
        .build();
  }

  /** An answer for one bad window; names it in the error's metadata. */
  public static WindowAck refused(
      String run, io.ndstream.v1.StitchWindow window, SampleError error) {
    SampleError named =
        error.toBuilder()
            .putMetadata("run", run)
            .putMetadata("image", Long.toString(window.getImageId()))
            .putMetadata("window", window.getWindowId())
            .build();
    return WindowAck.newBuilder()
        .setImageId(window.getImageId())
        .setWindowId(window.getWindowId())
        .setState(WindowState.WINDOW_STATE_REFUSED)
        .setMissing(-1)
        .setError(named)
        .build();
  }

  public static Run run(RunSpec spec, String dataset, String fingerprint, RunStatus status) {
    return Run.newBuilder()
        .setName(spec.name())
        .setDataset(dataset)
        .setDatasetFingerprint(fingerprint)
        .addAllChannels(spec.channels())
        .setWindows(status.windows())
        .setImages(status.open().size() + status.finished().size())
        .setCompleteImages(status.complete())
        .setFinalizedImages(status.finished().size())
        .setAdjustedWindows(status.adjusted())
        .setMemoryBytes(status.memoryBytes())
        .setDiskBytes(status.diskBytes())
        .addAllReadyImageIds(status.ready())
        .addAllOpenImageIds(status.open())
        .addAllFinalizedImageIds(status.finished())
        .build();
  }

  public static ImageProgress progress(RunSpec spec, ImageStatus status) {
    ImageProgress.Builder message =
        ImageProgress.newBuilder()
            .setImageId(status.image())
            .setWidth(status.width())
            .setHeight(status.height())
            .setWindows(status.windows())
            .setMissing(status.missing())
            .setComplete(status.complete())
            .setWritten(status.written())
            .setFinalized(status.raster() != null);
    if (status.raster() != null) {
      message.setRaster(raster(spec, status.raster()));
    }
    return message.build();
  }

  public static io.ndstream.v1.FinishedRaster raster(RunSpec spec, FinishedRaster raster) {
    io.ndstream.v1.FinishedRaster.Builder message =
        io.ndstream.v1.FinishedRaster.newBuilder()
            .setFileName(raster.fileName())
            .addAllChannels(spec.channels())
            .setWidth(raster.width())
            .setHeight(raster.height())
            .setDtype(Tensors.dtype(raster.dtype()))
            .setImageFromAsset(Tensors.affine(raster.imageFromAsset()))
            .setJson(raster.entry())
            .setList(raster.list())
            .setTotal(raster.total());
    if (raster.encoding() != null) {
      message.setEncoding(encoding(raster.encoding()));
    }
    return message.build();
  }

  public static Encoding encoding(Quantization numbers) {
    Encoding.Builder message =
        Encoding.newBuilder()
            .setOrigMin(numbers.origMin())
            .setOrigMax(numbers.origMax())
            .setQuantMin(numbers.quantMin())
            .setQuantMax(numbers.quantMax())
            .setOrigDtype(numbers.origDtype());
    if (numbers.nodata() != null) {
      message.setNodata(numbers.nodata());
    }
    return message.build();
  }

  /**
   * Reads part of a canvas.
   *
   * @param part inside the canvas, small enough for arrays of doubles
   */
  public static ReadCanvasResponse canvas(CanvasView canvas, Window part, boolean withSums) {
    int pixels = (int) part.area();
    double[] sums = new double[pixels * canvas.bands()];
    double[] weights = new double[pixels];
    canvas.read(part, sums, weights);
    List<Long> shape = List.of((long) part.height(), (long) part.width(), (long) canvas.bands());
    ReadCanvasResponse.Builder message = ReadCanvasResponse.newBuilder().setBox(box(part));
    if (withSums) {
      message.setSums(Tensors.of(DType.FLOAT64, shape, into -> into.asDoubleBuffer().put(sums)));
      message.setWeights(
          Tensors.of(
              DType.FLOAT64, shape.subList(0, 2), into -> into.asDoubleBuffer().put(weights)));
    }
    CanvasView.average(sums, weights, pixels, canvas.bands());
    return message
        .setAverage(
            Tensors.of(
                DType.FLOAT32,
                shape,
                into -> {
                  for (double value : sums) {
                    into.putFloat((float) value);
                  }
                }))
        .build();
  }

  public static PredictedRegion region(String name, RegionFinder.Found found) {
    Box box = found.box();
    PredictedRegion.Builder message =
        PredictedRegion.newBuilder()
            .setClassName(name)
            .setPixels(found.pixels())
            .setScore(found.score());
    message.addBbox(box.left()).addBbox(box.top()).addBbox(box.width()).addBbox(box.height());
    for (Segmentation.Polygon part : found.shape().parts()) {
      RegionPolygon.Builder polygon = RegionPolygon.newBuilder();
      Arrays.stream(part.exterior()).forEach(polygon::addExterior);
      for (double[] interior : part.interiors()) {
        RegionRing.Builder ring = RegionRing.newBuilder();
        Arrays.stream(interior).forEach(ring::addPoints);
        polygon.addInteriors(ring);
      }
      message.addPolygons(polygon);
    }
    return message.build();
  }

  private static PixelBox box(Window part) {
    return PixelBox.newBuilder()
        .setLeft(part.x())
        .setTop(part.y())
        .setRight(part.right())
        .setBottom(part.bottom())
        .build();
  }
}
