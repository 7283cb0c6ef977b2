package io.ndstream.grid;

import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.index.AnnotationIndex;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Negatives as ndsampler 0.8.1 draws them, bit for bit for a seed: candidates in rounds, sorted by
 * image id, the first that fit. Its preference for low image ids and its distorted anchors are part
 * of that; {@link Negatives} has neither. One thing differs: the search is given up after a number
 * of rounds without a find, where the original watches the clock.
 */
public final class ReferenceNegatives {
  private static final float REACH = 0.99f;

  private final Dataset dataset;
  private final AnnotationIndex index;
  private final Request request;
  private final Mt19937 random;
  private final long[] ids;
  private int[] foundImages;
  private double[] foundBoxes;
  private int found;

  /**
   * What to draw: windows of one size in pixels, or boxes sized by anchors.
   *
   * @param count 0 or more
   * @param height window in pixels, 0 with anchors; likewise width
   * @param anchors relative sizes in [0, 1], or null
   * @param thresh share of an annotation a negative may not reach; 0: it may not touch one
   * @param imageRows candidates' images, in this order
   * @param singleRound one round of {@code count} candidates, else rounds until there are enough
   * @param patience rounds without a find before giving up, 1 or more
   */
  public record Request(
      int count,
      int height,
      int width,
      Anchors anchors,
      double thresh,
      int[] imageRows,
      boolean singleRound,
      int patience,
      long seed) {
    public static final int DEFAULT_PATIENCE = 1000;

    public Request {
      Violations violations =
          new Violations()
              .check(count >= 0, Reason.BAD_ARGUMENT, "count", count, ">= 0")
              .check(patience >= 1, Reason.BAD_ARGUMENT, "patience", patience, ">= 1")
              .check(thresh >= 0, Reason.BAD_ARGUMENT, "thresh", thresh, ">= 0")
              .check(
                  count == 0 || imageRows.length > 0,
                  Reason.BAD_ARGUMENT,
                  "image_ids",
                  "no images",
                  "at least one");
      if (anchors == null) {
        violations.check(
            height >= 1 && width >= 1,
            Reason.BAD_WINDOW,
            "window_dims",
            height + "x" + width,
            "1 or more each");
      } else {
        violations.check(
            count == 0 || anchors.count() > 0,
            Reason.BAD_ARGUMENT,
            "anchors",
            "none",
            "at least one");
        violations.check(
            anchors.areNormalized(), Reason.BAD_ARGUMENT, "anchors", "a size outside", "0 to 1");
      }
      violations.throwIfAny();
      imageRows = imageRows.clone();
    }
  }

  private ReferenceNegatives(Dataset dataset, AnnotationIndex index, Request request) {
    this.dataset = dataset;
    this.index = index;
    this.request = request;
    this.random = new Mt19937(request.seed());
    this.ids =
        IntStream.of(request.imageRows())
            .mapToLong(row -> dataset.images().get(row).id())
            .toArray();
    this.foundImages = new int[request.count()];
    this.foundBoxes = new double[4 * request.count()];
  }

  public static NegativeTable draw(Dataset dataset, AnnotationIndex index, Request request) {
    return new ReferenceNegatives(dataset, index, request).draw();
  }

  /** All images by ascending id, from which the reference chooses by default. */
  public static int[] imagesById(Dataset dataset) {
    return IntStream.range(0, dataset.images().size())
        .mapToLong(row -> dataset.images().get(row).id())
        .sorted()
        .mapToInt(dataset::imageRowOfId)
        .toArray();
  }

  private NegativeTable draw() {
    int rounds = 0;
    int patience = request.patience();
    if (request.singleRound()) {
      round(request.count());
      rounds = 1;
    }
    while (!request.singleRound() && found < request.count() && patience > 0) {
      int before = found;
      round(Math.multiplyExact(2, request.count() - found));
      patience = found > before ? request.patience() : patience - 1;
      rounds++;
    }
    String shortfall =
        found < request.count() && !request.singleRound()
            ? "found "
                + found
                + " of "
                + request.count()
                + "; "
                + request.patience()
                + " rounds in a row found no more"
            : "";
    return new NegativeTable(
        Arrays.copyOf(foundImages, found), Arrays.copyOf(foundBoxes, 4 * found), shortfall, rounds);
  }

  private void round(int candidates) {
    if (request.anchors() == null) {
      absolute(candidates);
    } else {
      relative(candidates);
    }
  }

  /** Images first, then the boxes of one image after another. */
  private void absolute(int candidates) {
    int[] images = images(candidates);
    for (int from = 0; from < candidates; ) {
      int to = from + 1;
      while (to < candidates && images[to] == images[from]) {
        to++;
      }
      Image image = dataset.images().get(images[from]);
      double[] size = {
        (double) request.width() / image.width(), (double) request.height() / image.height()
      };
      if (size[0] <= 1 && size[1] <= 1) {
        double[] boxes = boxes(to - from, size);
        for (int i = from; i < to; i++) {
          offer(images[i], boxes, i - from);
        }
      }
      from = to;
    }
  }

  /** Boxes first, then images, sorted and paired with the boxes. */
  private void relative(int candidates) {
    double[] boxes = boxes(candidates, request.anchors().sizes());
    int[] images = images(candidates);
    for (int i = 0; i < candidates; i++) {
      offer(images[i], boxes, i);
    }
  }

  private int[] images(int candidates) {
    long[] chosen =
        IntStream.of(random.below(ids.length, candidates))
            .mapToLong(i -> ids[i])
            .sorted()
            .toArray();
    return Arrays.stream(chosen).mapToInt(dataset::imageRowOfId).toArray();
  }

  /**
   * Relative boxes, left, top, right, bottom; the last percent of the free range is never reached.
   */
  private double[] boxes(int count, double[] sizes) {
    int[] chosen = random.below(sizes.length / 2, count);
    random.skipNormals(2 * count);
    double[] boxes = new double[4 * count];
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double size = (float) sizes[2 * chosen[i] + axis];
        double centre = (float) random.uniform() * REACH * (1 - size) + size / 2;
        boxes[4 * i + axis] = centre - size / 2;
        boxes[4 * i + axis + 2] = centre + size / 2;
      }
    }
    return boxes;
  }

  private void offer(int image, double[] boxes, int i) {
    Image size = dataset.images().get(image);
    double left = boxes[4 * i] * size.width();
    double top = boxes[4 * i + 1] * size.height();
    double right = boxes[4 * i + 2] * size.width();
    double bottom = boxes[4 * i + 3] * size.height();
    if (found < request.count()
        && index.coversLess(image, left, top, right, bottom, request.thresh())) {
      foundImages[found] = image;
      foundBoxes[4 * found] = left;
      foundBoxes[4 * found + 1] = top;
      foundBoxes[4 * found + 2] = right;
      foundBoxes[4 * found + 3] = bottom;
      found++;
    }
  }

  /**
   * @throws LoaderException TOO_FEW_NEGATIVES if there is a shortfall
   */
  public static NegativeTable requireAll(NegativeTable table) {
    if (!table.shortfall().isEmpty()) {
      throw LoaderException.of(
          Reason.TOO_FEW_NEGATIVES, "found", table.size(), "why", table.shortfall());
    }
    return table;
  }
}
