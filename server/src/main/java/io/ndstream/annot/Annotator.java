package io.ndstream.annot;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Keypoints;
import io.ndstream.coco.Segmentation;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes the annotations of frames into columns and paints them. Keeps its scratch memory, so there
 * is one a worker thread; it serves any number of data sets in turn.
 */
public final class Annotator {
  private final ShapeWriter shapes = new ShapeWriter();
  private final Painter painter = new Painter();

  /**
   * The shapes to paint of the frame last appended: whole polygons, or a mask at the same position.
   */
  private final AnnotationColumns drawn = new AnnotationColumns();

  private final List<Mask> drawnMasks = new ArrayList<>();
  private int firstInstance;

  /**
   * Appends annotations of one frame to the last sample of {@code into}, in the order of {@code
   * rows}.
   *
   * @param rows of {@code annotations}, all of the frame's image
   * @throws LoaderException UNKNOWN_CATEGORY if an annotation has no category, BAD_MANIFEST if run
   *     lengths do not fit the image
   */
  public void append(
      Annotations annotations,
      int[] rows,
      FrameView view,
      AnnotationOptions options,
      AnnotationColumns into) {
    drawn.reset(true, false, List.of());
    drawn.beginSample();
    drawnMasks.clear();
    firstInstance = 1 + into.size() - into.samples().start(into.samples().parents() - 1);
    for (int row : rows) {
      double visible = visibility(annotations, row, view);
      if (options.visibleThresh() <= 0 || visible > options.visibleThresh()) {
        appendRow(annotations, row, visible, view, options, into);
      }
    }
  }

  /**
   * Paints the annotations last appended, which were asked for with masks. All pixels are written.
   * An annotation without a segmentation is painted as its box.
   */
  public void paint(FrameView view, Palette palette, Labels on) {
    on.fill(palette.options().background(), 0);
    Comparator<Integer> lowestFirst =
        Comparator.<Integer>comparingInt(i -> palette.rank(drawn.categoryIds().get(i)))
            .thenComparingLong(i -> drawn.ids().get(i));
    IntStream.range(0, drawn.size())
        .boxed()
        .sorted(lowestFirst)
        .forEachOrdered(i -> paint(i, palette.value(drawn.categoryIds().get(i)), view, on));
    painter.paintOutside(view.canvas(), view.sampleFromImage(), on, palette.options().ignore(), 0);
  }

  private void paint(int i, int classValue, FrameView view, Labels on) {
    if (drawnMasks.get(i) != null) {
      painter.paintMask(
          drawnMasks.get(i), view.sampleFromImage(), on, classValue, firstInstance + i);
    }
    for (int polygon = drawn.polygons().start(i); polygon < drawn.polygons().end(i); polygon++) {
      painter.paintPolygon(drawn, polygon, on, classValue, firstInstance + i);
    }
  }

  private void appendRow(
      Annotations annotations,
      int row,
      double visible,
      FrameView view,
      AnnotationOptions options,
      AnnotationColumns into) {
    if (!annotations.hasCategory(row)) {
      throw LoaderException.of(
          Reason.UNKNOWN_CATEGORY, "annotation", annotations.id(row), "category_id", "none");
    }
    long id = annotations.id(row);
    long category = annotations.categoryId(row);
    Box window = options.clip() ? view.window() : null;
    Box box = Boxes.map(box(annotations, row), view.sampleFromImage());
    into.beginAnnotation(
        id, category, view.frame(), window == null ? box : Boxes.clip(box, window), visible);
    if (options.segmentation() || options.masks().any()) {
      Segmentation shape = annotations.segmentation(row);
      Mask mask = shape instanceof Segmentation.Rle rle ? decode(rle, view, id) : null;
      if (options.segmentation() && shape != null) {
        shapes.write(shape, mask, view.sampleFromImage(), window, into);
      }
      if (options.masks().any()) {
        remember(annotations, row, shape, mask, view.sampleFromImage());
      }
    }
    if (options.keypoints()) {
      appendKeypoints(annotations.keypoints(row), view.sampleFromImage(), into);
    }
  }

  private void remember(
      Annotations annotations, int row, Segmentation shape, Mask mask, Affine sampleFromImage) {
    drawn.beginAnnotation(
        annotations.id(row), annotations.categoryId(row), 0, box(annotations, row), 1);
    drawnMasks.add(mask);
    if (shape == null && annotations.hasBox(row)) {
      shapes.writeBox(box(annotations, row), sampleFromImage, drawn);
    } else if (shape != null && mask == null) {
      shapes.write(shape, null, sampleFromImage, null, drawn);
    }
  }

  private static Mask decode(Segmentation.Rle rle, FrameView view, long id) {
    if (rle.width() != view.canvas().width() || rle.height() != view.canvas().height()) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST,
          "annotation",
          id,
          "size of run lengths",
          rle.height() + " x " + rle.width(),
          "size of image",
          (long) view.canvas().height() + " x " + (long) view.canvas().width());
    }
    return Mask.of(rle);
  }

  private static void appendKeypoints(Keypoints keypoints, Affine map, AnnotationColumns into) {
    for (int k = 0; keypoints != null && k < keypoints.size(); k++) {
      double x = keypoints.xy()[2 * k];
      double y = keypoints.xy()[2 * k + 1];
      into.addKeypoint(
          map.x(x, y), map.y(x, y), keypoints.visible()[k], keypoints.categories().get(k));
    }
  }

  private static double visibility(Annotations annotations, int row, FrameView view) {
    return annotations.hasBox(row) ? Boxes.visibility(box(annotations, row), view.lookup()) : 0;
  }

  private static Box box(Annotations annotations, int row) {
    return Box.ofXywh(
        annotations.x(row), annotations.y(row), annotations.width(row), annotations.height(row));
  }
}
