package io.ndstream.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import io.ndstream.grid.ValidFraction;
import io.ndstream.raster.FrameHeader;
import io.ndstream.raster.FrameReader;

/**
 * How much of a window holds data, judged by the coarsest overview of the image's first file: a
 * pixel is valid if one of its bands is neither nodata nor NaN. The overview is read once and kept
 * as running sums, so a window costs four look-ups; overviews that nobody asks for any more are
 * forgotten. A file that names no nodata and holds integers is valid wherever it is.
 */
final class OverviewValidity implements ValidFraction {
  private static final long KEPT_BYTES = 64L << 20;

  private final Dataset dataset;
  private final FrameReader frames;
  private final Cache<Integer, ValidSums> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .weigher((Integer row, ValidSums sums) -> sums.bytes())
          .build();

  OverviewValidity(Dataset dataset, FrameReader frames) {
    this.dataset = dataset;
    this.frames = frames;
  }

  /**
   * @throws io.ndstream.error.LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  @Override
  public double of(int imageRow, Window window) {
    Image image = dataset.images().get(imageRow);
    if (image.assets().isEmpty() || window.isEmpty()) {
      return 0;
    }
    Asset asset = image.assets().get(0);
    FrameHeader header = frames.header(asset.location());
    Box inFile = asset.imageFromAsset().inverse().bounds(window.toBox());
    Box whole = new Box(0, 0, header.width(), header.height());
    if (!ValidSums.canBeInvalid(header)) {
      return inFile.intersectionArea(whole) / inFile.area();
    }
    ValidSums sums = kept.get(imageRow, row -> ValidSums.read(frames, asset.location(), header));
    return sums.valid(
        inFile.left() / header.width(),
        inFile.top() / header.height(),
        inFile.right() / header.width(),
        inFile.bottom() / header.height());
  }
}
