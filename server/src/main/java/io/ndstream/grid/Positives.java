package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The table of viable positives: one row an annotation that has a box, in file order. Size,
 * position, score and ignore flags play no role unless a filter asks. Only row numbers are kept;
 * the columns are read through to the annotations. Coordinates are rounded to float first and the
 * centre is computed in float, as the reference does.
 */
public final class Positives {
  private final Dataset dataset;
  private final int[] rows;
  private final int withoutBox;

  private Positives(Dataset dataset, int[] rows, int withoutBox) {
    this.dataset = dataset;
    this.rows = rows;
    this.withoutBox = withoutBox;
  }

  /**
   * @throws LoaderException BAD_MANIFEST if annotations exist but none has a box, or if one has a
   *     box but no category or lies on an image of unknown size
   */
  public static Positives of(Dataset dataset) {
    return of(dataset, row -> true);
  }

  /**
   * @param wanted by annotation row
   */
  public static Positives of(Dataset dataset, IntPredicate wanted) {
    Annotations annotations = dataset.annotations();
    int[] boxed = IntStream.range(0, annotations.size()).filter(annotations::hasBox).toArray();
    if (boxed.length == 0 && annotations.size() > 0) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "annotations", annotations.size(), "with_box", 0);
    }
    for (int row : boxed) {
      check(dataset, annotations, row);
    }
    int[] rows = IntStream.of(boxed).filter(wanted).toArray();
    return new Positives(dataset, rows, annotations.size() - boxed.length);
  }

  private static void check(Dataset dataset, Annotations annotations, int row) {
    if (!annotations.hasCategory(row)) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "annotation", annotations.id(row), "category_id", "missing");
    }
    Image image = dataset.images().get(annotations.image(row));
    if (image.width() <= 0 || image.height() <= 0) {
      throw LoaderException.of(
          Reason.BAD_MANIFEST, "image", image.id(), "size", image.width() + "x" + image.height());
    }
  }

  public int size() {
    return rows.length;
  }

  /** Annotations left out because they have no box. */
  public int withoutBox() {
    return withoutBox;
  }

  public int annotationRow(int i) {
    return rows[i];
  }

  public int imageRow(int i) {
    return dataset.annotations().image(rows[i]);
  }

  public long annotationId(int i) {
    return dataset.annotations().id(rows[i]);
  }

  public long imageId(int i) {
    return dataset.images().get(imageRow(i)).id();
  }

  public long categoryId(int i) {
    return dataset.annotations().categoryId(rows[i]);
  }

  public float cx(int i) {
    return (float) dataset.annotations().x(rows[i]) + width(i) / 2;
  }

  public float cy(int i) {
    return (float) dataset.annotations().y(rows[i]) + height(i) / 2;
  }

  public float width(int i) {
    return (float) dataset.annotations().width(rows[i]);
  }

  public float height(int i) {
    return (float) dataset.annotations().height(rows[i]);
  }

  public int imageWidth(int i) {
    return dataset.images().get(imageRow(i)).width();
  }

  public int imageHeight(int i) {
    return dataset.images().get(imageRow(i)).height();
  }
}
