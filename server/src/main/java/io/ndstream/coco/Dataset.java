package io.ndstream.coco;

import java.nio.file.Path;
import java.util.List;

/**
 * An open manifest. Lists are in file order; rows are positions in them. Immutable and safe for any
 * number of threads.
 */
public interface Dataset extends AutoCloseable {
  /** The manifest file. */
  Path path();

  /** The directory relative names are joined to. */
  Path bundle();

  /** Hash of the manifest's content, lower-case hex. */
  String fingerprint();

  List<Category> categories();

  List<KeypointCategory> keypointCategories();

  List<Video> videos();

  List<Image> images();

  Annotations annotations();

  long tracks();

  /** Row of an image, or -1. */
  int imageRowOfId(long id);

  /** Row of a video, or -1. */
  int videoRowOfId(long id);

  /** Category by id, or null. */
  Category categoryOfId(long id);

  /** The image row as written in the manifest: one JSON object. */
  String imageJson(int imageRow);

  @Override
  void close();
}
