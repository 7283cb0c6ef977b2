package io.ndstream.catalog;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Category;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.KeypointCategory;
import io.ndstream.coco.PixelIdentity;
import io.ndstream.coco.Video;
import io.ndstream.error.LoaderException;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set as it is served: images have the size of their file where the manifest does not say,
 * and shapes that were decoded are remembered for a while.
 */
final class ServedDataset implements Dataset {
  private static final Logger LOG = LoggerFactory.getLogger(ServedDataset.class);

  private final Dataset base;
  private final String fingerprint;
  private final List<Image> images;
  private final Annotations annotations;

  private ServedDataset(Dataset base, String fingerprint, List<Image> images) {
    this.base = base;
    this.fingerprint = fingerprint;
    this.images = images;
    this.annotations = new RememberedShapes(base.annotations());
  }

  /**
   * A file that cannot be opened leaves its image without a size.
   *
   * @param identity what the fingerprint is made of, beside the manifest
   */
  static Dataset of(Dataset base, FrameReader frames, PixelIdentity identity) {
    String fingerprint = identity.fingerprint(base);
    if (base.images().stream().allMatch(ServedDataset::hasSize)) {
      return new ServedDataset(base, fingerprint, base.images());
    }
    List<Image> images = base.images().parallelStream().map(image -> sized(image, frames)).toList();
    long unknown = images.stream().filter(image -> !hasSize(image)).count();
    if (unknown > 0) {
      LOG.warn("{}: {} images have no size and no file that tells it", base.path(), unknown);
    }
    return new ServedDataset(base, fingerprint, images);
  }

  private static boolean hasSize(Image image) {
    return image.width() > 0 && image.height() > 0;
  }

  private static Image sized(Image image, FrameReader frames) {
    if (hasSize(image) || image.assets().isEmpty()) {
      return image;
    }
    Asset first = image.assets().get(0);
    if (!first.imageFromAsset().isAboutIdentity()) {
      return image;
    }
    try {
      FrameHeader header = frames.header(first.location());
      return image.withSize(header.width(), header.height());
    } catch (LoaderException e) {
      LOG.warn("Image {} has no size: {}", image.id(), e.getMessage());
      return image;
    }
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Path bundle() {
    return base.bundle();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public List<Category> categories() {
    return base.categories();
  }

  @Override
  public List<KeypointCategory> keypointCategories() {
    return base.keypointCategories();
  }

  @Override
  public List<Video> videos() {
    return base.videos();
  }

  @Override
  public List<Image> images() {
    return images;
  }

  @Override
  public Annotations annotations() {
    return annotations;
  }

  @Override
  public long tracks() {
    return base.tracks();
  }

  @Override
  public int imageRowOfId(long id) {
    return base.imageRowOfId(id);
  }

  @Override
  public int videoRowOfId(long id) {
    return base.videoRowOfId(id);
  }

  @Override
  public Category categoryOfId(long id) {
    return base.categoryOfId(id);
  }

  @Override
  public String imageJson(int imageRow) {
    return base.imageJson(imageRow);
  }

  @Override
  public void close() {
    base.close();
  }
}
