package io.ndstream.index;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which annotations of an image touch a box. Two boxes touch if they have a point in common, edges
 * included; for this test alone, boxes with left > right or top > bottom are turned round, on both
 * sides. Points and lines count, boxes outside the image count, NaN never touches. Annotations
 * without a box are not here.
 *
 * <p>A box is four whole pixels, rounded outward, beside the row of its annotation: 20 bytes. On
 * boxes of whole numbers, which most are, the test is exact, as {@code left <= r} is the same as
 * {@code left <= floor(r)}; other boxes that pass are looked up and tested again. Boxes lie image
 * after image: an image of up to {@value #SCANNED} is scanned, a larger one has a {@link
 * PackedTree}. Built whole, then never changed; queries take no lock and keep no state.
 */
public final class AnnotationIndex {
  /**
   * Below this, walking a tree costs more than looking at every box (bench regions, IndexQuery).
   */
  static final int SCANNED = 64;

  private static final double TINY_AREA = 1e-6;

  private final Annotations annotations;

  /** First slot of each image, and the number of slots. */
  private final int[] starts;

  /**
   * Annotation row of each slot, ascending by annotation id within an image; ~row where the edges
   * are not exactly those of the box.
   */
  private final int[] rows;

  /** left, top, right, bottom of each slot; along the tree's curve where there is a tree. */
  private final int[] edges;

  /** By image row: whether every box is exactly its edges. */
  private final boolean[] exact;

  /** By image row; null where the boxes are scanned. */
  private final PackedTree[] trees;

  private AnnotationIndex(Annotations annotations, int[] starts) {
    this.annotations = annotations;
    this.starts = starts;
    int slots = starts[starts.length - 1];
    this.rows = new int[slots];
    this.edges = new int[4 * slots];
    this.exact = new boolean[starts.length - 1];
    this.trees = new PackedTree[starts.length - 1];
  }

  /** Reads every box once; images are independent of each other and are done in parallel. */
  public static AnnotationIndex build(Dataset dataset) {
    Annotations annotations = dataset.annotations();
    int images = dataset.images().size();
    int[] starts = new int[images + 1];
    for (int image = 0; image < images; image++) {
      starts[image + 1] = starts[image] + boxes(annotations, annotations.ofImage(image));
    }
    AnnotationIndex index = new AnnotationIndex(annotations, starts);
    IntStream.range(0, images).parallel().forEach(index::fill);
    return index;
  }

  private static int boxes(Annotations annotations, int[] candidates) {
    int n = 0;
    for (int row : candidates) {
      if (isIndexed(annotations, row)) {
        n++;
      }
    }
    return n;
  }

  private static boolean isIndexed(Annotations a, int row) {
    return a.hasBox(row)
        && !Double.isNaN(a.x(row) + a.width(row))
        && !Double.isNaN(a.y(row) + a.height(row));
  }

  private void fill(int image) {
    int slot = starts[image];
    boolean all = true;
    for (int row : annotations.ofImage(image)) {
      if (isIndexed(annotations, row)) {
        boolean one = put(slot, row);
        rows[slot++] = one ? row : ~row;
        all &= one;
      }
    }
    exact[image] = all;
    int count = slot - starts[image];
    if (count > SCANNED) {
      trees[image] = PackedTree.build(edges, starts[image], count);
    }
  }

  /** Whether the edges are exactly those of the box. */
  private boolean put(int slot, int row) {
    double x = annotations.x(row);
    double y = annotations.y(row);
    double right = x + annotations.width(row);
    double bottom = y + annotations.height(row);
    int at = 4 * slot;
    edges[at] = Query.floor(Math.min(x, right));
    edges[at + 1] = Query.floor(Math.min(y, bottom));
    edges[at + 2] = Query.ceil(Math.max(x, right));
    edges[at + 3] = Query.ceil(Math.max(y, bottom));
    boolean within = Math.min(x, y) > -Query.LIMIT && Math.max(right, bottom) < Query.LIMIT;
    return within
        && edges[at] == x
        && edges[at + 1] == y
        && edges[at + 2] == right
        && edges[at + 3] == bottom;
  }

  public int images() {
    return trees.length;
  }

  /** Boxes in the index. */
  public int size() {
    return rows.length;
  }

  /** Boxes of an image. */
  public int size(int imageRow) {
    return starts[imageRow + 1] - starts[imageRow];
  }

  /** Rows of the annotations that touch {@code query}, ascending by annotation id. */
  public int[] touching(int imageRow, Box query) {
    Hits hits = new Hits();
    touching(imageRow, query.left(), query.top(), query.right(), query.bottom(), hits);
    return hits.toArray();
  }

  /**
   * The same without allocation: {@code into} is cleared and filled. Query edges may be reversed.
   */
  public void touching(
      int imageRow, double left, double top, double right, double bottom, Hits into) {
    into.clear();
    Query query = Query.of(left, top, right, bottom);
    if (isScanned(imageRow)) {
      visit(imageRow, query, into::add);
    } else {
      trees[imageRow].visit(edges, query, into::add);
      resolve(into, starts[imageRow], query);
    }
  }

  private boolean isScanned(int imageRow) {
    return size(imageRow) <= SCANNED;
  }

  /**
   * Replaces ranks within an image, in any order, by the rows that touch, in the order of the
   * ranks.
   */
  private void resolve(Hits hits, int start, Query query) {
    hits.sort();
    int ranks = hits.size();
    hits.clear();
    for (int i = 0; i < ranks; i++) {
      offer(rows[start + hits.row(i)], query, hits::add); // writes behind what it reads
    }
  }

  /**
   * Offers every touching annotation in no promised order until the visitor has enough; false if it
   * had.
   */
  public boolean visit(int imageRow, Box box, RowVisitor visitor) {
    return visit(imageRow, Query.of(box.left(), box.top(), box.right(), box.bottom()), visitor);
  }

  private boolean visit(int imageRow, Query query, RowVisitor visitor) {
    int start = starts[imageRow];
    if (!isScanned(imageRow)) {
      return trees[imageRow].visit(edges, query, rank -> offer(rows[start + rank], query, visitor));
    }
    int end = starts[imageRow + 1];
    for (int slot = start; slot < end; slot++) {
      if (query.meets(edges, 4 * slot) && !offer(rows[slot], query, visitor)) {
        return false;
      }
    }
    return true;
  }

  /** Whether to go on. */
  private boolean offer(int stored, Query query, RowVisitor visitor) {
    if (stored >= 0) {
      return visitor.visit(stored);
    }
    int row = ~stored;
    double x = annotations.x(row);
    double y = annotations.y(row);
    boolean touches = query.touches(x, y, x + annotations.width(row), y + annotations.height(row));
    return !touches || visitor.visit(row);
  }

  /**
   * Whether a box may serve as a negative: of every annotation it touches it covers a share below
   * {@code thresh}. With 0 it may touch none.
   */
  public boolean coversLess(
      int imageRow, double left, double top, double right, double bottom, double thresh) {
    return visit(
        imageRow,
        Query.of(left, top, right, bottom),
        row -> share(row, left, top, right, bottom) < thresh);
  }

  /**
   * The same for a window of whole pixels; on an image of whole boxes it looks at nothing but their
   * edges.
   */
  public boolean coversLess(int imageRow, Window window, double thresh) {
    Query query = Query.of(window);
    if (!exact[imageRow] || !isScanned(imageRow)) {
      double right = (double) window.x() + window.width();
      double bottom = (double) window.y() + window.height();
      return visit(
          imageRow, query, row -> share(row, window.x(), window.y(), right, bottom) < thresh);
    }
    for (int at = 4 * starts[imageRow], end = 4 * starts[imageRow + 1]; at < end; at += 4) {
      if (query.meets(edges, at)
          && query.commonArea(edges, at) / (area(at) + TINY_AREA) >= thresh) {
        return false;
      }
    }
    return true;
  }

  private double area(int at) {
    return (double) (edges[at + 2] - edges[at]) * (edges[at + 3] - edges[at + 1]);
  }

  /**
   * Touching annotations of which more than {@code thresh} lies in the query; with 0 or less, all
   * that touch.
   */
  public int[] visible(int imageRow, Box query, double thresh) {
    int[] touching = touching(imageRow, query);
    if (!(thresh > 0)) {
      return touching;
    }
    return Arrays.stream(touching).filter(row -> visibility(row, query) > thresh).toArray();
  }

  /**
   * Intersection over union with each annotation of {@link #touching}, in its order; NaN for 0 / 0.
   */
  public double[] ious(int imageRow, Box query) {
    int[] touching = touching(imageRow, query);
    double[] out = new double[touching.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = iou(touching[i], query);
    }
    return out;
  }

  /**
   * Intersection over union; areas of reversed boxes are as their signs multiply. NaN for 0 / 0.
   */
  public double iou(int row, Box query) {
    Box box = box(row);
    double common = query.intersectionArea(box);
    return common / (query.area() + box.area() - common);
  }

  /**
   * Intersection over the annotation's area, with each annotation of {@link #touching}, in its
   * order.
   */
  public double[] iooas(int imageRow, Box query) {
    int[] touching = touching(imageRow, query);
    double[] out = new double[touching.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = share(touching[i], query.left(), query.top(), query.right(), query.bottom());
    }
    return out;
  }

  /** Share of the annotation's box, as its width and height are written, that lies in the query. */
  public double visibility(int row, Box query) {
    return query.intersectionArea(box(row))
        / (annotations.width(row) * annotations.height(row) + TINY_AREA);
  }

  private Box box(int row) {
    return Box.ofXywh(
        annotations.x(row), annotations.y(row), annotations.width(row), annotations.height(row));
  }

  /**
   * Share of the annotation's box, by its edges, that lies in the query; what {@link #iooas} and
   * {@link #coversLess} compare.
   */
  public double share(int row, double left, double top, double right, double bottom) {
    double x = annotations.x(row);
    double y = annotations.y(row);
    double x2 = x + annotations.width(row);
    double y2 = y + annotations.height(row);
    double w = Math.max(0, Math.min(right, x2) - Math.max(left, x));
    double h = Math.max(0, Math.min(bottom, y2) - Math.max(top, y));
    return w * h / ((x2 - x) * (y2 - y) + TINY_AREA);
  }
}
