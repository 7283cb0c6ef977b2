package io.ndstream.coco;

/**
 * The annotations in file order, as columns. Rows are numbered from 0; every method takes a row
 * unless its name says id. Immutable and safe for any number of threads.
 */
public interface Annotations {
  int size();

  long id(int row);

  /** Row of an annotation, or -1. */
  int rowOfId(long id);

  /** Row of {@link Dataset#images()}. */
  int image(int row);

  boolean hasCategory(int row);

  /** Category id; meaningless unless {@link #hasCategory}. */
  long categoryId(int row);

  boolean hasBox(int row);

  /** Left edge of the box, NaN without a box; likewise the next three. */
  double x(int row);

  double y(int row);

  double width(int row);

  double height(int row);

  /** Row numbers of the annotations of an image, ascending by annotation id. */
  int[] ofImage(int imageRow);

  /** Decoded at every call; null if there is none. */
  Segmentation segmentation(int row);

  /** Decoded at every call; null if there are none. */
  Keypoints keypoints(int row);

  /** Track id as text, or null. */
  String trackId(int row);

  /** The row as written in the manifest: one JSON object. */
  String json(int row);
}
