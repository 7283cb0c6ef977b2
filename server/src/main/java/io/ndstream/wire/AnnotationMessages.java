package io.ndstream.wire;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.Doubles;
import io.ndstream.annot.Ints;
import io.ndstream.annot.Longs;
import io.ndstream.pixels.DType;
import io.ndstream.v1.Annotations;
import io.ndstream.v1.Tensor;
import java.util.List;

/** Annotation columns as tensors: one array a column, no message an annotation. */
public final class AnnotationMessages {
  private AnnotationMessages() {}

  public static Annotations of(AnnotationColumns c) {
    Annotations.Builder message =
        Annotations.newBuilder()
            .setSampleOffsets(longs(c.samples().column()))
            .setIds(longs(c.ids()))
            .setCategoryIds(longs(c.categoryIds()))
            .setFrames(ints(c.frames()))
            .setBoxes(doubles(c.boxes(), 4))
            .setVisibility(doubles(c.visibility(), 1));
    if (c.hasPolygons()) {
      message
          .setPolygonOffsets(longs(c.polygons().column()))
          .setRingOffsets(longs(c.rings().column()))
          .setPointOffsets(longs(c.points().column()))
          .setPoints(doubles(c.xy(), 2));
    }
    if (c.hasKeypoints()) {
      message
          .setKeypointOffsets(longs(c.keypoints().column()))
          .setKeypoints(doubles(c.keypointXy(), 2))
          .setKeypointVisibility(ints(c.keypointVisibility()))
          .setKeypointClasses(ints(c.keypointClasses()))
          .addAllKeypointNames(c.keypointNames());
    }
    return message.build();
  }

  private static Tensor longs(Longs column) {
    return Tensors.of(DType.INT64, List.of((long) column.size()), column::writeTo);
  }

  private static Tensor ints(Ints column) {
    return Tensors.of(DType.INT32, List.of((long) column.size()), column::writeTo);
  }

  /**
   * @param width numbers a row; 1 makes a plain column
   */
  private static Tensor doubles(Doubles column, int width) {
    long rows = column.size() / width;
    return Tensors.of(
        DType.FLOAT64, width == 1 ? List.of(rows) : List.of(rows, (long) width), column::writeTo);
  }
}
