package io.ndstream.annot;

import io.ndstream.geom.Affine;
import java.util.Arrays;

/**
 * Traces the borders of a mask's 8-connected components by the border following of Suzuki and Abe
 * (1985), in two levels: an outer border for each component and one for each of its holes; what
 * lies in a hole begins anew. Vertices are columns and rows of border pixels, so that rings run
 * through pixel centres when read as indices; inner vertices of straight stretches are left out. A
 * ring may have a single vertex, and thin parts are walked there and back. Keeps its scratch
 * memory; belongs to one thread at a time.
 */
final class BorderTracer {
  /**
   * Columns and rows of the eight neighbours, counter-clockwise on a page whose y points down, from
   * the right one.
   */
  private static final int[] DX = {1, 1, 0, -1, -1, -1, 0, 1};

  private static final int[] DY = {0, -1, -1, -1, 0, 1, 1, 1};
  private static final int OUTSIDE = 1;

  /** The label of the first border found. */
  private static final int FIRST = OUTSIDE + 1;

  /** Scratch above this many labels is not kept. */
  private static final int KEPT = 1 << 22;

  private final int[] step = new int[8];
  private int[] labels = new int[0];
  private int stride;

  /** By label: the outer border of the same component. */
  private int[] outer = new int[16];

  /** By label: the next hole of the same component, 0 after the last. */
  private int[] nextHole = new int[16];

  /** The ring's vertices of each label found, in the order of labels from 2 on. */
  private final Offsets rings = new Offsets();

  private final Ints vertices = new Ints();

  /** Adds the mask's polygons, mapped, to the last annotation of {@code into}. */
  void trace(Mask mask, Affine map, AnnotationColumns into) {
    label(mask);
    scan(mask);
    chainHoles();
    for (int label = FIRST; label < FIRST + rings.parents(); label++) {
      if (outer[label] != label) {
        continue;
      }
      into.beginPolygon();
      for (int ring = label; ring != 0; ring = nextHole[ring]) {
        emit(ring - FIRST, mask, map, into);
      }
    }
    if (labels.length > KEPT) {
      labels = new int[0];
    }
  }

  /** Links the holes of a component, in the order found, behind its outer border. */
  private void chainHoles() {
    int end = FIRST + rings.parents();
    if (nextHole.length < end) {
      nextHole = new int[2 * end];
    }
    Arrays.fill(nextHole, 0, end, 0);
    for (int label = end - 1; label >= FIRST; label--) {
      int owner = outer[label];
      if (owner != label) {
        nextHole[label] = nextHole[owner];
        nextHole[owner] = label;
      }
    }
  }

  private void emit(int ring, Mask mask, Affine map, AnnotationColumns into) {
    into.beginRing();
    for (int v = rings.start(ring); v < rings.end(ring); v++) {
      int at = vertices.get(v);
      int x = mask.x() + at % stride - 1;
      int y = mask.y() + at / stride - 1;
      into.addPoint(map.x(x, y), map.y(x, y));
    }
  }

  /** Copies the mask with a margin of one pixel: 0 off, 1 on and not yet on a border. */
  private void label(Mask mask) {
    stride = mask.width() + 2;
    int cells = stride * (mask.height() + 2);
    if (labels.length < cells) {
      labels = new int[cells];
    } else {
      Arrays.fill(labels, 0, cells, 0);
    }
    for (int y = 0, from = 0; y < mask.height(); y++) {
      int to = (y + 1) * stride + 1;
      for (int x = 0; x < mask.width(); x++) {
        labels[to++] = mask.cells()[from++];
      }
    }
    for (int d = 0; d < 8; d++) {
      step[d] = DY[d] * stride + DX[d];
    }
    rings.clear();
    vertices.clear();
  }

  private void scan(Mask mask) {
    for (int y = 1; y <= mask.height(); y++) {
      int last = OUTSIDE;
      for (int at = y * stride + 1, end = at + mask.width(); at < end; at++) {
        int label = labels[at];
        if (label == 0) {
          continue;
        }
        if (label == 1 && labels[at - 1] == 0) {
          follow(at, 4, -1);
        } else if (label >= 1 && labels[at + 1] == 0) {
          follow(at, 0, label > 1 ? label : last);
        }
        if (labels[at] != 1) {
          last = Math.abs(labels[at]);
        }
      }
    }
  }

  /**
   * Walks a border once round.
   *
   * @param towards direction from the start to the pixel off the mask by which it was found
   * @param beside label of a border of the same component if this one is a hole's, else -1
   */
  private void follow(int start, int towards, int beside) {
    int label = FIRST + rings.parents();
    if (label >= outer.length) {
      outer = Arrays.copyOf(outer, 2 * outer.length);
    }
    outer[label] = beside < 0 ? label : outer[beside];
    rings.addParent();
    int first = clockwise(start, towards);
    if (first < 0) {
      labels[start] = -label;
      addVertex(start);
      return;
    }
    int lastPixel = start + step[first];
    int at = start;
    int back = first;
    int arrived = (first + 4) & 7;
    while (true) {
      boolean sawRight = false;
      int d = (back + 1) & 7;
      while (labels[at + step[d]] == 0) {
        sawRight |= d == 0;
        d = (d + 1) & 7;
      }
      if (sawRight) {
        labels[at] = -label;
      } else if (labels[at] == 1) {
        labels[at] = label;
      }
      if (d != arrived) {
        addVertex(at);
      }
      int next = at + step[d];
      if (next == start && at == lastPixel) {
        return;
      }
      arrived = d;
      back = (d + 4) & 7;
      at = next;
    }
  }

  /**
   * The first direction of a set neighbour, going clockwise from the one after {@code from}; -1 if
   * there is none.
   */
  private int clockwise(int pixel, int from) {
    for (int turn = 1; turn < 8; turn++) {
      int d = (from - turn) & 7;
      if (labels[pixel + step[d]] != 0) {
        return d;
      }
    }
    return -1;
  }

  private void addVertex(int at) {
    rings.addChild();
    vertices.add(at);
  }
}
