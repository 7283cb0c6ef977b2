package io.ndstream.sample;

import io.ndstream.annot.AnnotationColumns;
import io.ndstream.annot.AnnotationOptions;
import io.ndstream.annot.FrameView;
import io.ndstream.annot.Labels;
import io.ndstream.annot.MaskOptions;
import io.ndstream.annot.Palette;
import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** Writes the annotations of a resolved sample into columns, and its labels. One use. */
final class FrameAnnotator {
  private final Dataset dataset;
  private final AnnotationIndex index;
  private final ResolvedSample sample;
  private final SampleScratch scratch;
  private final ByteBuffer classes;
  private final ByteBuffer instances;

  /**
   * @param classes or null
   * @param instances or null
   */
  FrameAnnotator(
      Dataset dataset,
      AnnotationIndex index,
      ResolvedSample sample,
      SampleScratch scratch,
      ByteBuffer classes,
      ByteBuffer instances) {
    this.dataset = dataset;
    this.index = index;
    this.sample = sample;
    this.scratch = scratch;
    this.classes = classes;
    this.instances = instances;
  }

  void append(AnnotationColumns into) {
    AnnotationRequest asked = sample.annotationRequest();
    MaskOptions masks = classes == null && instances == null ? MaskOptions.NONE : asked.masks();
    AnnotationOptions options =
        new AnnotationOptions(
            asked.wantsSegmentations(),
            asked.wantsKeypoints(),
            asked.ids() == null ? asked.visibleThresh() : 0,
            asked.clip(),
            masks);
    for (int t = 0; t < sample.frames().size(); t++) {
      FramePlan frame = sample.frames().get(t);
      FrameView view = view(frame, t);
      scratch.annotator.append(
          dataset.annotations(),
          frame.isBlank() ? new int[0] : rows(frame, view),
          view,
          options,
          into);
      if (masks.any()) {
        Palette palette = scratch.palette(dataset.categories(), masks);
        scratch.annotator.paint(view, palette, labels(t, frame));
      }
    }
  }

  private FrameView view(FramePlan frame, int t) {
    // A frame outside the video has no canvas, so all of it is painted as ignored.
    Image image = frame.isBlank() ? null : dataset.images().get(frame.image());
    Box canvas = image == null ? new Box(0, 0, 0, 0) : new Box(0, 0, image.width(), image.height());
    return new FrameView(
        t, canvas, lookup(image), frame.sampleFromImage(), frame.width(), frame.height());
  }

  /** The padded window in image space, rounded outwards. */
  private Box lookup(Image image) {
    Box window = sample.params().window().toBox();
    Affine toVideo = image == null || !sample.isVideo() ? Affine.IDENTITY : image.videoFromImage();
    return toVideo.equals(Affine.IDENTITY) ? window : toVideo.inverse().bounds(window).roundOut();
  }

  private int[] rows(FramePlan frame, FrameView view) {
    AnnotationRequest asked = sample.annotationRequest();
    if (asked.ids() == null) {
      Box box = view.lookup();
      index.touching(frame.image(), box.left(), box.top(), box.right(), box.bottom(), scratch.hits);
      return scratch.hits.toArray();
    }
    Annotations all = dataset.annotations();
    return asked.ids().stream()
        .mapToInt(all::rowOfId)
        .filter(row -> all.image(row) == frame.image())
        .toArray();
  }

  private Labels labels(int t, FramePlan frame) {
    int cells = frame.width() * frame.height();
    return new Labels(
        cells(classes, t, cells), cells(instances, t, cells), frame.width(), frame.height());
  }

  private static IntBuffer cells(ByteBuffer all, int t, int count) {
    if (all == null) {
      return null;
    }
    return all.slice(t * count * Integer.BYTES, count * Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer();
  }
}
