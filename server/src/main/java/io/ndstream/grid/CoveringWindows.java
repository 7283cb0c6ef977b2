package io.ndstream.grid;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Few windows that together hold every positive whole, image by image: greedy set cover, which
 * takes at most H(n) times the fewest, n being the most one window holds. A window that cannot be
 * moved right or down without losing a box has a box at its left and one at its top edge, so only
 * such places are tried; for boxes packed densely, at most {@value #TOPS} tops for each left edge.
 */
public final class CoveringWindows {
  private static final int TOPS = 64;

  private final Positives positives;
  private final Dataset dataset;
  private final int height;
  private final int width;

  private CoveringWindows(Dataset dataset, Positives positives, int height, int width) {
    new Violations()
        .check(
            height >= 1 && width >= 1,
            Reason.BAD_WINDOW,
            "window_dims",
            height + "x" + width,
            "1 or more each")
        .throwIfAny();
    this.dataset = dataset;
    this.positives = positives;
    this.height = height;
    this.width = width;
  }

  /**
   * @param windows images in file order
   * @param covered positives that a window holds
   * @param tooLarge positives that fit no window, or lie outside their image
   */
  public record Cover(NegativeTable windows, int covered, int tooLarge) {}

  public static Cover of(Dataset dataset, Positives positives, int height, int width) {
    CoveringWindows search = new CoveringWindows(dataset, positives, height, width);
    int[][] images = PositiveSelection.byImage(positives);
    Arrays.sort(
        images, (a, b) -> Integer.compare(positives.imageRow(a[0]), positives.imageRow(b[0])));
    List<OfImage> found = Arrays.stream(images).parallel().map(search::cover).toList();
    int count = found.stream().mapToInt(f -> f.corners().size()).sum();
    int[] rows = new int[count];
    double[] boxes = new double[4 * count];
    int next = 0;
    for (int i = 0; i < images.length; i++) {
      for (int[] corner : found.get(i).corners()) {
        rows[next] = positives.imageRow(images[i][0]);
        boxes[4 * next] = corner[0];
        boxes[4 * next + 1] = corner[1];
        boxes[4 * next + 2] = corner[0] + width;
        boxes[4 * next + 3] = corner[1] + height;
        next++;
      }
    }
    int covered = found.stream().mapToInt(OfImage::covered).sum();
    return new Cover(new NegativeTable(rows, boxes, "", 0), covered, positives.size() - covered);
  }

  private record OfImage(List<int[]> corners, int covered) {}

  /** Boxes of one image in whole pixels, cut at its edges: left, top, right, bottom of each. */
  private OfImage cover(int[] rows) {
    Image image = dataset.images().get(positives.imageRow(rows[0]));
    int[][] boxes =
        Arrays.stream(rows)
            .mapToObj(row -> box(row, image))
            .filter(this::fits)
            .toArray(int[][]::new);
    Arrays.sort(boxes, (a, b) -> Integer.compare(a[0], b[0]));
    List<Candidate> candidates = candidates(boxes, image);
    BitSet open = new BitSet();
    open.set(0, boxes.length);
    List<int[]> corners = new ArrayList<>();
    while (!open.isEmpty()) {
      Candidate best = null;
      int most = 0;
      for (Candidate candidate : candidates) {
        int gain = candidate.gain(open);
        if (gain > most) {
          most = gain;
          best = candidate;
        }
      }
      Arrays.stream(best.held()).forEach(open::clear);
      corners.add(new int[] {best.x(), best.y()});
      candidates.removeIf(candidate -> candidate.gain(open) == 0);
    }
    return new OfImage(corners, boxes.length);
  }

  private record Candidate(int x, int y, int[] held) {
    int gain(BitSet open) {
      int gain = 0;
      for (int box : held) {
        gain += open.get(box) ? 1 : 0;
      }
      return gain;
    }
  }

  private int[] box(int row, Image image) {
    Annotations a = dataset.annotations();
    int at = positives.annotationRow(row);
    return new int[] {
      (int) Math.floor(Math.max(0, a.x(at))),
      (int) Math.floor(Math.max(0, a.y(at))),
      (int) Math.ceil(Math.min(image.width(), a.x(at) + a.width(at))),
      (int) Math.ceil(Math.min(image.height(), a.y(at) + a.height(at)))
    };
  }

  private boolean fits(int[] box) {
    return box[2] >= box[0]
        && box[3] >= box[1]
        && box[2] - box[0] <= width
        && box[3] - box[1] <= height;
  }

  private List<Candidate> candidates(int[][] boxes, Image image) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < boxes.length; i++) {
      if (i > 0 && boxes[i][0] == boxes[i - 1][0]) {
        continue; // the same left edge
      }
      int left = boxes[i][0];
      int[] beside =
          IntStream.range(i, boxes.length)
              .takeWhile(k -> boxes[k][0] < left + width || boxes[k][0] == left)
              .filter(k -> boxes[k][2] <= left + width)
              .toArray();
      int[] tops = Arrays.stream(beside).map(k -> boxes[k][1]).sorted().distinct().toArray();
      int stride = (tops.length + TOPS - 1) / TOPS;
      for (int t = 0; t < tops.length; t += stride) {
        candidates.add(candidate(boxes, left, tops[t], image));
      }
    }
    for (int[] box : boxes) {
      candidates.add(candidate(boxes, box[0], box[1], image)); // every box has one that holds it
    }
    return candidates;
  }

  /**
   * A window that would reach past the image is moved back into it as far as the image is large
   * enough.
   */
  private Candidate candidate(int[][] boxes, int left, int top, Image image) {
    int x = Math.max(0, Math.min(left, image.width() - width));
    int y = Math.max(0, Math.min(top, image.height() - height));
    int[] held =
        IntStream.range(0, boxes.length)
            .filter(
                k ->
                    boxes[k][0] >= x
                        && boxes[k][1] >= y
                        && boxes[k][2] <= x + width
                        && boxes[k][3] <= y + height)
            .toArray();
    return new Candidate(x, y, held);
  }
}
