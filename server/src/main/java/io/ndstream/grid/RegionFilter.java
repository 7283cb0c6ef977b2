package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Capture;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Box;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which images, annotations and windows may be sampled. Empty sets, null times and NaN bounds do
 * not filter.
 *
 * @param categories of annotations, by id
 * @param images by id
 * @param sensors by name
 * @param tags of images
 * @param from images captured then or later; one without a time is out if there is such a bound
 * @param before images captured earlier
 * @param bounds of annotations' boxes
 * @param polygon x, y, x, y, … in pixels of the image: windows and annotations with their centre
 *     inside; empty for none
 * @param minValid least share of valid pixels in a window; NaN for none
 */
public record RegionFilter(
    Choice<Long> categories,
    Set<Long> images,
    Choice<String> sensors,
    Choice<String> tags,
    Instant from,
    Instant before,
    Bounds bounds,
    double[] polygon,
    double minValid) {
  public static final RegionFilter NONE =
      new RegionFilter(
          Choice.any(),
          Set.of(),
          Choice.any(),
          Choice.any(),
          null,
          null,
          Bounds.NONE,
          new double[0],
          Double.NaN);

  public RegionFilter {
    images = Set.copyOf(images);
    polygon = polygon.clone();
  }

  /** What is wanted and what is not; nothing wanted means everything. */
  public record Choice<T>(Set<T> wanted, Set<T> unwanted) {
    public Choice {
      wanted = Set.copyOf(wanted);
      unwanted = Set.copyOf(unwanted);
    }

    static <T> Choice<T> any() {
      return new Choice<>(Set.of(), Set.of());
    }

    boolean isAny() {
      return wanted.isEmpty() && unwanted.isEmpty();
    }

    boolean takes(T value) {
      return (wanted.isEmpty() || wanted.contains(value)) && !unwanted.contains(value);
    }

    boolean takesOneOf(List<T> values) {
      return (wanted.isEmpty() || !Collections.disjoint(wanted, values))
          && Collections.disjoint(unwanted, values);
    }
  }

  /**
   * Bounds of an annotation's box, ends included; NaN for none. Areas in square pixels; aspect is
   * width by height; the visible area is what lies inside the image.
   */
  public record Bounds(
      double minArea, double maxArea, double minAspect, double maxAspect, double minVisibleArea) {
    static final Bounds NONE =
        new Bounds(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    boolean takes(Box box, Image image) {
      double visible = box.intersectionArea(new Box(0, 0, image.width(), image.height()));
      double aspect = box.width() / box.height();
      // written so that a bound of NaN holds nothing back
      return !(box.area() < minArea)
          && !(box.area() > maxArea)
          && !(aspect < minAspect)
          && !(aspect > maxAspect)
          && !(visible < minVisibleArea);
    }
  }

  /**
   * Adds every mistake: unknown ids, bounds that exclude everything, fields that contradict each
   * other.
   */
  public void check(Dataset dataset, Violations violations) {
    for (Set<Long> ids : List.of(categories.wanted(), categories.unwanted())) {
      ids.forEach(
          id ->
              violations.check(
                  dataset.categoryOfId(id) != null,
                  Reason.UNKNOWN_CATEGORY,
                  "filter.category_ids",
                  id,
                  "a category of the data set"));
    }
    images.forEach(
        id ->
            violations.check(
                dataset.imageRowOfId(id) >= 0,
                Reason.UNKNOWN_IMAGE,
                "filter.image_ids",
                id,
                "an image of the data set"));
    apart(categories, "filter.exclude_category_ids", violations);
    apart(sensors, "filter.exclude_sensors", violations);
    apart(tags, "filter.exclude_tags", violations);
    violations.check(
        from == null || before == null || from.isBefore(before),
        Reason.BAD_ARGUMENT,
        "filter.captured_before",
        before,
        "later than captured_from");
    notAbove(bounds.minArea(), bounds.maxArea(), "filter.max_area", violations);
    notAbove(bounds.minAspect(), bounds.maxAspect(), "filter.max_aspect", violations);
    violations.check(
        polygon.length == 0 || (polygon.length >= 6 && polygon.length % 2 == 0),
        Reason.BAD_ARGUMENT,
        "filter.polygon",
        polygon.length + " numbers",
        "x, y of three points or more");
    violations.check(
        Double.isNaN(minValid) || (minValid >= 0 && minValid <= 1),
        Reason.BAD_ARGUMENT,
        "filter.min_valid",
        minValid,
        "0 to 1");
  }

  private static <T> void apart(Choice<T> choice, String field, Violations violations) {
    choice.unwanted().stream()
        .filter(choice.wanted()::contains)
        .forEach(
            both ->
                violations.add(
                    Reason.BAD_ARGUMENT,
                    field,
                    "value: " + both + " (expected: not wanted and unwanted at once)"));
  }

  private static void notAbove(double low, double high, String field, Violations violations) {
    violations.check(
        !(low > high), Reason.BAD_ARGUMENT, field, high, "not below the lower bound of " + low);
  }

  /** Whether any field takes positives away. */
  public boolean narrowsAnnotations() {
    return concernsAnnotations() || concernsImages() || polygon.length > 0;
  }

  private boolean concernsImages() {
    return !images.isEmpty() || !sensors.isAny() || !tags.isAny() || from != null || before != null;
  }

  /** Whether fields about annotations are set, which grids refuse. */
  public boolean concernsAnnotations() {
    return !categories.isAny() || !bounds.equals(Bounds.NONE);
  }

  /** Whether an image, by row, takes part. Looked up once for all images. */
  public IntPredicate images(Dataset dataset) {
    if (!concernsImages()) {
      return row -> true;
    }
    boolean[] taken = new boolean[dataset.images().size()];
    IntStream.range(0, taken.length).parallel().forEach(row -> taken[row] = takes(dataset, row));
    return row -> taken[row];
  }

  private boolean takes(Dataset dataset, int row) {
    Image image = dataset.images().get(row);
    String sensor = image.sensor() == null ? "" : image.sensor();
    if ((!images.isEmpty() && !images.contains(image.id())) || !sensors.takes(sensor)) {
      return false;
    }
    if (tags.isAny() && from == null && before == null) {
      return true;
    }
    Capture capture = Capture.of(dataset, row);
    return tags.takesOneOf(capture.tags()) && inTime(capture.time());
  }

  private boolean inTime(Instant time) {
    if (time == null) {
      return from == null && before == null;
    }
    return (from == null || !time.isBefore(from)) && (before == null || time.isBefore(before));
  }

  /** Whether an annotation, by row, is a positive: its image, category, box and place. */
  public IntPredicate annotations(Dataset dataset) {
    IntPredicate imageTaken = images(dataset);
    Annotations a = dataset.annotations();
    return row -> {
      if (!imageTaken.test(a.image(row))
          || !(categories.isAny() || categories.takes(a.categoryId(row)))) {
        return false;
      }
      Box box = Box.ofXywh(a.x(row), a.y(row), a.width(row), a.height(row));
      return (bounds.equals(Bounds.NONE) || bounds.takes(box, dataset.images().get(a.image(row))))
          && inPolygon((box.left() + box.right()) / 2, (box.top() + box.bottom()) / 2);
    };
  }

  /** Whether a window may be sampled: its centre and its share of valid pixels. */
  public WindowFilter windows(ValidFraction valid) {
    if (polygon.length == 0 && Double.isNaN(minValid)) {
      return WindowFilter.ALL;
    }
    return (image, window) ->
        inPolygon(window.x() + window.width() / 2.0, window.y() + window.height() / 2.0)
            && (Double.isNaN(minValid) || valid.of(image, window) >= minValid);
  }

  /** Even-odd rule; true without a polygon. */
  private boolean inPolygon(double x, double y) {
    boolean inside = polygon.length == 0;
    for (int i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
      boolean crosses = (polygon[i + 1] > y) != (polygon[j + 1] > y);
      if (crosses
          && x
              < (polygon[j] - polygon[i]) * (y - polygon[i + 1]) / (polygon[j + 1] - polygon[i + 1])
                  + polygon[i]) {
        inside = !inside;
      }
    }
    return inside;
  }
}
