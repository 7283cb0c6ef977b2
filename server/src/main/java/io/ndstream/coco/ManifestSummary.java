package io.ndstream.coco;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts of a data set that reports show and serving does not need. */
public final class ManifestSummary {
  private final Map<Long, Long> annotationsOf = new LinkedHashMap<>();
  private final Map<String, List<Long>> tracks = new LinkedHashMap<>();

  public ManifestSummary(Dataset dataset) {
    Annotations annotations = dataset.annotations();
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < annotations.size(); row++) {
      if (annotations.hasCategory(row)) {
        annotationsOf.merge(annotations.categoryId(row), 1L, Long::sum);
      }
      String track = annotations.trackId(row);
      if (track != null) {
        rows.computeIfAbsent(track, key -> new ArrayList<>()).add(row);
      }
    }
    Comparator<Integer> order = Comparator.comparingLong(row -> frame(dataset, row));
    rows.forEach(
        (track, of) -> {
          of.sort(order.thenComparingLong(annotations::id));
          tracks.put(track, of.stream().map(annotations::id).toList());
        });
  }

  private static long frame(Dataset dataset, int row) {
    Image image = dataset.images().get(dataset.annotations().image(row));
    return image.video() < 0 ? -1 : image.frameIndex();
  }

  public long annotationsOf(Category category) {
    return annotationsOf.getOrDefault(category.id(), 0L);
  }

  /** Annotation ids of each track, by frame index, then id. */
  public Map<String, List<Long>> tracks() {
    return tracks;
  }

  /** The parent of a category; one that names itself has none. */
  public static String parent(Category category) {
    return category.name().equals(category.supercategory()) ? null : category.supercategory();
  }

  /** What sort of name an asset has. */
  public static PathPolicy.PathKind kind(Dataset dataset, Asset asset) {
    return PathPolicy.kind(asset.fileName(), asset.location(), dataset.bundle().toString());
  }
}
