package io.ndstream.toy;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.pixels.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes loose images: shapes that do not touch one another, on whole pixels. */
final class ShapesMaker {
  private static final double[] RATIOS = {1, 1.5, 2, 3, 1 / 1.5, 1 / 2.0, 1 / 3.0};
  private static final int MOST_CANDIDATES = 50;

  /** Pixels of a candidate, so that one is left of it. */
  private static final double LEAST_SIDE = 1.25;

  private final ToySpec.Shapes spec;
  private final ToyRandom random;
  private final Bundle bundle;

  ShapesMaker(ToySpec.Shapes spec, Bundle bundle) {
    this.spec = spec;
    this.random = new ToyRandom(spec.seed());
    this.bundle = bundle;
  }

  void make() {
    bundle.row("categories", 0).put("name", "background");
    for (ToyShape shape : ToyShape.values()) {
      Map<String, Object> row = bundle.row("categories", categoryId(shape));
      row.put("name", shape.label());
      row.put("supercategory", shape == ToyShape.STAR ? "vector" : "raster");
      row.put("keypoints", shape.keypoints().stream().map(ToyShape.Keypoint::name).toList());
    }
    for (int id = 1; id <= spec.images(); id++) {
      makeImage(id);
    }
    bundle.finish();
  }

  private static int categoryId(ToyShape shape) {
    return switch (shape) {
      case STAR -> 3;
      case SUPERSTAR -> 6;
      case EFF -> 7;
    };
  }

  private void makeImage(int id) {
    ToyRandom own = random.part(id);
    List<Thing> things = things(own);
    String number = Bundle.fileName(id);
    String file = "_assets/images/" + number + ".png";
    Map<String, Object> row = bundle.row("images", id);
    row.put("file_name", file);
    row.put("width", spec.width());
    row.put("height", spec.height());
    row.put("channels", "rgb");
    double period = Math.max(spec.width(), spec.height()) / 3.0;
    long ground = own.nextLong();
    bundle.draw(file, DType.UINT8, () -> blank(3).paintColours(things, ground, period));
    if (spec.aux()) {
      String disparity = "_assets/auxiliary/aux_disparity/" + number + ".tif";
      row.put(
          "auxiliary",
          List.of(
              Bundle.asset(disparity, "disparity", spec.width(), spec.height(), Affine.IDENTITY)));
      long depths = own.nextLong();
      List<String> codes = List.of("disparity");
      bundle.draw(
          disparity, DType.UINT8, () -> blank(1).paintMeasurements(things, codes, depths, period));
    }
    for (Thing thing : things) {
      double area = thing.box().area();
      bundle
          .annotation(id, categoryId(thing.shape()), thing)
          .put("area", JsonText.decimal(area, 3));
    }
  }

  private Picture blank(int bands) {
    return new Picture(spec.width(), spec.height(), bands, Affine.IDENTITY);
  }

  /**
   * Candidates in turn, those that overlap an earlier one left out; what stays is drawn in and put
   * on whole pixels.
   */
  private List<Thing> things(ToyRandom own) {
    List<Box> kept = new ArrayList<>();
    for (int left = own.below(MOST_CANDIDATES); left > 0; left--) {
      Box box = candidate(own);
      double aspect = box.width() / box.height();
      boolean fit =
          box.width() > LEAST_SIDE && box.height() > LEAST_SIDE && aspect < 4 && aspect > 0.25;
      if (fit && kept.stream().allMatch(other -> other.intersectionArea(box) == 0)) {
        kept.add(box);
      }
    }
    ToyShape[] shapes = ToyShape.values();
    double margin = 0.1 * Math.min(spec.width(), spec.height());
    return kept.stream()
        .map(
            box ->
                new Thing(
                    shapes[own.below(shapes.length)], drawnIn(box, margin), own.nextLong(), 0))
        .toList();
  }

  private Box candidate(ToyRandom own) {
    double ratio = RATIOS[own.below(RATIOS.length)];
    double side = (own.below(2) + 1) / (6 * Math.sqrt(3));
    double width = Math.min(1, side * Math.sqrt(ratio) * StrictMath.exp(own.normal() / 6));
    double height = Math.min(1, side / Math.sqrt(ratio) * StrictMath.exp(own.normal() / 6));
    double left = 0.99 * own.uniform() * (1 - width);
    double top = 0.99 * own.uniform() * (1 - height);
    return Box.ofXywh(
        left * spec.width(), top * spec.height(), width * spec.width(), height * spec.height());
  }

  /** Eight tenths of the box: neighbours keep a distance, and nothing lies at the border. */
  private static Box drawnIn(Box box, double margin) {
    double left = Math.floor(0.8 * box.left() + margin);
    double top = Math.floor(0.8 * box.top() + margin);
    return Box.ofXywh(left, top, Math.floor(0.8 * box.width()), Math.floor(0.8 * box.height()));
  }
}
