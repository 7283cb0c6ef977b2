package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.index.AnnotationIndex;

/**
 * Marks the places of one frame that annotations make positive or remove. It goes from annotations
 * to places: the places a box touches are an interval on each axis, so the cost is that of the
 * answer and not of all places. Only where a rotated warp leaves no axes to search are places asked
 * one by one.
 */
final class FrameMarker {
  static final byte POSITIVE = 1;
  static final byte REMOVED = 2;

  private final Annotations annotations;
  private final AnnotationIndex index;
  private final GridOptions options;
  private final ClassTable classes;

  /**
   * Without class rules any annotation counts, also one without a known category, as in the
   * reference's video grid.
   */
  private final boolean anyClass;

  FrameMarker(Dataset dataset, AnnotationIndex index, GridOptions options) {
    this.annotations = dataset.annotations();
    this.index = index;
    this.options = options;
    this.classes = new ClassTable(dataset, options.classes());
    this.anyClass = options.classes().equals(GridOptions.Classes.ANY);
  }

  /**
   * @param slider whose last two axes are y and x
   * @param imageFromGrid from the slider's pixels to the image's
   * @return marks of all places of the last two axes, x fastest
   */
  byte[] marks(int image, SlidingWindow slider, Affine imageFromGrid) {
    Places places = new Places(slider, imageFromGrid, options.strictOverlap());
    byte[] marks = new byte[places.count()];
    IgnoredCover ignored = new IgnoredCover(annotations, options.classes());
    if (imageFromGrid.isScaleAndTranslate()) {
      for (int row : annotations.ofImage(image)) {
        if (annotations.hasBox(row)) {
          places.touchedBy(
              annotations.x(row),
              annotations.y(row),
              annotations.width(row),
              annotations.height(row));
          mark(row, places, marks, ignored);
        }
      }
    } else {
      for (int place = 0; place < marks.length; place++) {
        Box box = places.box(place);
        places.only(place);
        for (int row : index.touching(image, box)) {
          if (!options.strictOverlap() || Places.overlap(annotations, row, box)) {
            mark(row, places, marks, ignored);
          }
        }
      }
    }
    ignored.remove(places, marks);
    return marks;
  }

  private void mark(int row, Places places, byte[] marks, IgnoredCover ignored) {
    if (places.isEmpty()) {
      return;
    }
    if (anyClass || classes.makesPositive(row)) {
      places.mark(marks, POSITIVE);
    }
    if (!anyClass && classes.removes(row)) {
      ignored.add(row, places);
    }
  }
}
