package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A manifest in memory: small tables as records, annotations as columns, rows as written read from
 * the file again.
 */
final class ColumnarDataset implements Dataset {
  private final Path path;
  private final Path bundle;
  private final Source source;
  private final Tables tables;
  private final ColumnarAnnotations annotations;
  private final LongIndex imageIds;
  private final LongIndex videoIds;
  private final Map<Long, Category> categories = new HashMap<>();

  /**
   * The tables beside the annotations.
   *
   * @param tracks rows of the file's table
   * @param imageStarts byte offsets of the image rows in the manifest
   */
  record Tables(
      List<Category> categories,
      List<KeypointCategory> keypointCategories,
      List<Video> videos,
      List<Image> images,
      long tracks,
      LongColumn imageStarts,
      IntColumn imageLengths) {
    Tables {
      categories = List.copyOf(categories);
      keypointCategories = List.copyOf(keypointCategories);
      videos = List.copyOf(videos);
      images = List.copyOf(images);
    }
  }

  ColumnarDataset(
      Path path, Path bundle, Source source, Tables tables, ColumnarAnnotations annotations) {
    this.path = path;
    this.bundle = bundle;
    this.source = source;
    this.tables = tables;
    this.annotations = annotations;
    imageIds = new LongIndex(tables.images().size());
    for (Image image : tables.images()) {
      imageIds.add(image.id());
    }
    videoIds = new LongIndex(tables.videos().size());
    for (Video video : tables.videos()) {
      videoIds.add(video.id());
    }
    for (Category category : tables.categories()) {
      categories.put(category.id(), category);
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Path bundle() {
    return bundle;
  }

  @Override
  public String fingerprint() {
    return source.sums().fingerprint();
  }

  @Override
  public List<Category> categories() {
    return tables.categories();
  }

  @Override
  public List<KeypointCategory> keypointCategories() {
    return tables.keypointCategories();
  }

  @Override
  public List<Video> videos() {
    return tables.videos();
  }

  @Override
  public List<Image> images() {
    return tables.images();
  }

  @Override
  public Annotations annotations() {
    return annotations;
  }

  @Override
  public long tracks() {
    return tables.tracks();
  }

  @Override
  public int imageRowOfId(long id) {
    return imageIds.find(id);
  }

  @Override
  public int videoRowOfId(long id) {
    return videoIds.find(id);
  }

  @Override
  public Category categoryOfId(long id) {
    return categories.get(id);
  }

  @Override
  public String imageJson(int imageRow) {
    return source.text(tables.imageStarts().get(imageRow), tables.imageLengths().get(imageRow));
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.UNREADABLE_FILE, "file", path);
    }
  }
}
