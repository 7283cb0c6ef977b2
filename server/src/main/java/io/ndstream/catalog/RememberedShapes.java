package io.ndstream.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ndstream.coco.Annotations;
import io.ndstream.coco.Keypoints;
import io.ndstream.coco.Segmentation;
import java.util.List;
import java.util.Optional;

/**
 * Annotations whose decoded shapes are kept, up to a number of bytes. A crowded frame has a hundred
 * polygons, and every window of it asks for most of them: reading them from the manifest's text
 * again each time took most of such a window's time. Everything else is passed on.
 */
final class RememberedShapes implements Annotations {
  private static final long CAPACITY_BYTES = 64L << 20;

  /** What an entry takes beside its numbers. */
  private static final int ENTRY_BYTES = 160;

  private final Annotations base;
  private final Cache<Integer, Optional<Segmentation>> shapes =
      Caffeine.newBuilder()
          .maximumWeight(CAPACITY_BYTES)
          .weigher(
              (Integer row, Optional<Segmentation> shape) ->
                  shape.map(RememberedShapes::bytes).orElse(ENTRY_BYTES))
          .executor(Runnable::run)
          .build();

  RememberedShapes(Annotations base) {
    this.base = base;
  }

  @Override
  public Segmentation segmentation(int row) {
    return shapes.get(row, r -> Optional.ofNullable(base.segmentation(r))).orElse(null);
  }

  private static int bytes(Segmentation shape) {
    if (shape instanceof Segmentation.Rle rle) {
      return ENTRY_BYTES + rle.counts().length * Integer.BYTES;
    }
    long numbers = 0;
    for (Segmentation.Polygon polygon : ((Segmentation.Polygons) shape).parts()) {
      numbers += polygon.exterior().length + interior(polygon.interiors());
    }
    return (int) Math.min(Integer.MAX_VALUE, ENTRY_BYTES + numbers * Double.BYTES);
  }

  private static long interior(List<double[]> rings) {
    return rings.stream().mapToLong(ring -> ring.length).sum();
  }

  @Override
  public int size() {
    return base.size();
  }

  @Override
  public long id(int row) {
    return base.id(row);
  }

  @Override
  public int rowOfId(long id) {
    return base.rowOfId(id);
  }

  @Override
  public int image(int row) {
    return base.image(row);
  }

  @Override
  public boolean hasCategory(int row) {
    return base.hasCategory(row);
  }

  @Override
  public long categoryId(int row) {
    return base.categoryId(row);
  }

  @Override
  public boolean hasBox(int row) {
    return base.hasBox(row);
  }

  @Override
  public double x(int row) {
    return base.x(row);
  }

  @Override
  public double y(int row) {
    return base.y(row);
  }

  @Override
  public double width(int row) {
    return base.width(row);
  }

  @Override
  public double height(int row) {
    return base.height(row);
  }

  @Override
  public int[] ofImage(int imageRow) {
    return base.ofImage(imageRow);
  }

  @Override
  public Keypoints keypoints(int row) {
    return base.keypoints(row);
  }

  @Override
  public String trackId(int row) {
    return base.trackId(row);
  }

  @Override
  public String json(int row) {
    return base.json(row);
  }
}
