package io.ndstream.annot;

import io.ndstream.geom.Box;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Annotations of one or many samples as flat columns: N samples own n annotations, these own P
 * polygons, these R rings (the first the exterior, the others holes), these the points; and
 * annotations own K keypoints. Every {@code begin…} opens a child of the last parent. Coordinates
 * are pixels of the sample. Belongs to one thread at a time; {@link #reset} keeps the memory.
 */
public final class AnnotationColumns {
  private final Offsets samples = new Offsets();
  private final Longs ids = new Longs();
  private final Longs categoryIds = new Longs();
  private final Ints frames = new Ints();
  private final Doubles boxes = new Doubles();
  private final Doubles visibility = new Doubles();
  private final Offsets polygons = new Offsets();
  private final Offsets rings = new Offsets();
  private final Offsets points = new Offsets();
  private final Doubles xy = new Doubles();
  private final Offsets keypoints = new Offsets();
  private final Doubles keypointXy = new Doubles();
  private final Ints keypointVisibility = new Ints();
  private final Ints keypointClasses = new Ints();
  private final List<String> keypointNames = new ArrayList<>();
  private final Map<String, Integer> keypointClassOfName = new HashMap<>();
  private boolean withPolygons;
  private boolean withKeypoints;

  /**
   * Drops all rows.
   *
   * @param polygonsAsked whether the polygon columns are part of the answer
   * @param keypointsAsked whether the keypoint columns are part of the answer
   * @param names keypoint classes in order; further names that turn up are appended
   */
  public void reset(boolean polygonsAsked, boolean keypointsAsked, List<String> names) {
    withPolygons = polygonsAsked;
    withKeypoints = keypointsAsked;
    List.of(samples, polygons, rings, points, keypoints).forEach(Offsets::clear);
    List.of(ids, categoryIds).forEach(Longs::clear);
    List.of(frames, keypointVisibility, keypointClasses).forEach(Ints::clear);
    List.of(boxes, visibility, xy, keypointXy).forEach(Doubles::clear);
    if (!keypointNames.equals(names)) {
      keypointNames.clear();
      keypointClassOfName.clear();
      names.forEach(this::keypointClass);
    }
  }

  public void beginSample() {
    samples.addParent();
  }

  /**
   * @param frame index of the frame within the sample
   * @param visible share of the box that lies in the window
   */
  public void beginAnnotation(long id, long categoryId, int frame, Box box, double visible) {
    samples.addChild();
    ids.add(id);
    categoryIds.add(categoryId);
    frames.add(frame);
    boxes.add(box.left());
    boxes.add(box.top());
    boxes.add(box.width());
    boxes.add(box.height());
    visibility.add(visible);
    polygons.addParent();
    keypoints.addParent();
  }

  public void beginPolygon() {
    polygons.addChild();
    rings.addParent();
  }

  public void beginRing() {
    rings.addChild();
    points.addParent();
  }

  public void addPoint(double x, double y) {
    points.addChild();
    xy.add(x);
    xy.add(y);
  }

  /**
   * @param visible 0 not labelled, 1 hidden, 2 visible
   * @param className or null
   */
  public void addKeypoint(double x, double y, int visible, String className) {
    keypoints.addChild();
    keypointXy.add(x);
    keypointXy.add(y);
    keypointVisibility.add(visible);
    keypointClasses.add(className == null ? -1 : keypointClass(className));
  }

  /** Appends all samples of {@code other}, which was reset with the same parts. */
  public void append(AnnotationColumns other) {
    samples.addAll(other.samples);
    ids.addAll(other.ids);
    categoryIds.addAll(other.categoryIds);
    frames.addAll(other.frames);
    boxes.addAll(other.boxes);
    visibility.addAll(other.visibility);
    polygons.addAll(other.polygons);
    rings.addAll(other.rings);
    points.addAll(other.points);
    xy.addAll(other.xy);
    keypoints.addAll(other.keypoints);
    keypointXy.addAll(other.keypointXy);
    keypointVisibility.addAll(other.keypointVisibility);
    appendClasses(other);
  }

  private void appendClasses(AnnotationColumns other) {
    if (keypointNames.equals(other.keypointNames)) {
      keypointClasses.addAll(other.keypointClasses);
      return;
    }
    for (int k = 0; k < other.keypointClasses.size(); k++) {
      int theirs = other.keypointClasses.get(k);
      keypointClasses.add(theirs < 0 ? theirs : keypointClass(other.keypointNames.get(theirs)));
    }
  }

  private int keypointClass(String name) {
    Integer known = keypointClassOfName.get(name);
    if (known != null) {
      return known;
    }
    int next = keypointNames.size();
    keypointNames.add(name);
    keypointClassOfName.put(name, next);
    return next;
  }

  /** Number of annotations n. */
  public int size() {
    return ids.size();
  }

  public boolean hasPolygons() {
    return withPolygons;
  }

  public boolean hasKeypoints() {
    return withKeypoints;
  }

  /** Samples to annotations: N + 1. */
  public Offsets samples() {
    return samples;
  }

  public Longs ids() {
    return ids;
  }

  public Longs categoryIds() {
    return categoryIds;
  }

  public Ints frames() {
    return frames;
  }

  /** Left, top, width, height: n x 4. */
  public Doubles boxes() {
    return boxes;
  }

  public Doubles visibility() {
    return visibility;
  }

  /** Annotations to polygons: n + 1. */
  public Offsets polygons() {
    return polygons;
  }

  /** Polygons to rings: P + 1. */
  public Offsets rings() {
    return rings;
  }

  /** Rings to points: R + 1. */
  public Offsets points() {
    return points;
  }

  /** x, y of every point of every ring. */
  public Doubles xy() {
    return xy;
  }

  /** Annotations to keypoints: n + 1. */
  public Offsets keypoints() {
    return keypoints;
  }

  /** x, y of every keypoint: K x 2. */
  public Doubles keypointXy() {
    return keypointXy;
  }

  public Ints keypointVisibility() {
    return keypointVisibility;
  }

  /** Positions in {@link #keypointNames}, or -1. */
  public Ints keypointClasses() {
    return keypointClasses;
  }

  public List<String> keypointNames() {
    return List.copyOf(keypointNames);
  }
}
