package io.ndstream.grid;

import java.util.Set;

/**
 * What a sample grid holds. Names of classes are compared with the lower-cased names of the
 * annotations' categories.
 *
 * @param task windows of images (axes y, x) or of videos (axes time, y, x)
 * @param dims size along each axis in frames and pixels, 0 for the whole axis; empty for the whole
 *     image or video
 * @param overlap share of a window its neighbour repeats, in [0, 1): one for all axes or one an
 *     axis; empty for 0
 * @param keepBound whether a last window that would pass the end is shifted back, else it is left
 *     out
 * @param useAnnotations whether to look at annotations; if not, every window is negative
 * @param classes what makes a window positive
 * @param strictOverlap whether annotations that only share an edge with a window stay outside
 * @param frameStep video frames from one of a window to the next, 1 or more; a window of n frames
 *     spans (n - 1) * frameStep + 1
 */
public record GridOptions(
    Task task,
    int[] dims,
    double[] overlap,
    boolean keepBound,
    boolean useAnnotations,
    Classes classes,
    boolean strictOverlap,
    int frameStep) {
  public GridOptions {
    dims = dims.clone();
    overlap = overlap.clone();
  }

  /** What windows are cut from. */
  public enum Task {
    IMAGE(2),
    VIDEO(3);

    private final int axes;

    Task(int axes) {
      this.axes = axes;
    }

    public int axes() {
      return axes;
    }
  }

  /**
   * What makes a window positive, and what removes it.
   *
   * @param ofInterest only these; empty: all but {@code negative}
   * @param negative names that do not count; empty: all count; unused with {@code ofInterest}
   * @param ignoreCoverage a window covered by more than this share by annotations named "ignore" is
   *     left out; 0: never
   * @param ignoreUnion whether ignore boxes count together, else the largest alone, as the
   *     reference behaves
   */
  public record Classes(
      Set<String> ofInterest, Set<String> negative, double ignoreCoverage, boolean ignoreUnion) {
    public static final double DEFAULT_IGNORE_COVERAGE = 0.6;

    /** The default of image grids. */
    public static final Classes DEFAULT =
        new Classes(Set.of(), Set.of("ignore", "background"), DEFAULT_IGNORE_COVERAGE, false);

    /**
     * Whatever touches a window makes it positive, nothing removes it: what the reference does with
     * videos.
     */
    public static final Classes ANY = new Classes(Set.of(), Set.of(), 0, false);

    public Classes {
      ofInterest = Set.copyOf(ofInterest);
      negative = Set.copyOf(negative);
    }

    boolean makesPositive(String name) {
      return ofInterest.isEmpty() ? !negative.contains(name) : ofInterest.contains(name);
    }

    boolean removes(String name) {
      return ignoreCoverage > 0 && name.equals("ignore");
    }
  }

  /** Image windows of this size, as the reference makes them. */
  public static GridOptions images(int height, int width, double... overlap) {
    return new GridOptions(
        Task.IMAGE, new int[] {height, width}, overlap, true, true, Classes.DEFAULT, false, 1);
  }

  /** Video windows of this size, as the reference makes them. */
  public static GridOptions videos(int frames, int height, int width, double... overlap) {
    return new GridOptions(
        Task.VIDEO, new int[] {frames, height, width}, overlap, true, true, Classes.ANY, false, 1);
  }
}
