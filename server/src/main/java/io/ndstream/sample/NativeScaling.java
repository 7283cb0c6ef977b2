package io.ndstream.sample;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import java.util.ArrayList;
import java.util.List;

/**
 * A part at the resolution of its file; rotation, shear and offset stay.
 *
 * @param cut the part at the resolution of the canvas
 * @param part the same at its own
 * @param ux columns of the part for one of the cut
 * @param uy rows of the part for one of the cut
 */
record NativeScaling(PartPlan cut, PartPlan part, double ux, double uy) {
  private static final double SAME = 1e-9;

  static NativeScaling of(PartPlan cut) {
    if (cut.isMissing()) {
      return new NativeScaling(cut, PartPlan.missing(cut.codes(), 1, 1), 1, 1);
    }
    Affine.Decomposed d = cut.plan().canvasFromFile().inverse().decompose();
    boolean same = Math.abs(d.sx() - 1) <= SAME && Math.abs(d.sy() - 1) <= SAME;
    PartPlan own = same ? cut : cut.warp(Affine.scale(d.sx(), d.sy()));
    return new NativeScaling(cut, own, d.sx(), d.sy());
  }

  /** diag(1/w, 1/h) S(u), of a missing part with the size it has before it becomes one pixel. */
  Affine align() {
    PartPlan sized = part.isMissing() ? cut : part;
    return Affine.scale(1.0 / sized.width(), 1.0 / sized.height()).after(Affine.scale(ux, uy));
  }

  /** From the cut to the part. */
  Affine partFromCut() {
    return part.isMissing()
        ? Affine.scale(1.0 / cut.width(), 1.0 / cut.height())
        : Affine.scale(ux, uy);
  }

  /**
   * All parts enlarged to the one with the most pixels, the first of these.
   *
   * @throws LoaderException NO_DATA if no file has any of the channels: there is no resolution to
   *     go by
   */
  static Realigned realign(List<NativeScaling> parts) {
    if (parts.stream().allMatch(p -> p.part.isMissing())) {
      throw LoaderException.of(
          Reason.NO_DATA,
          "field",
          "target.realign_native",
          "detail",
          "a frame has none of the channels");
    }
    PartPlan largest = parts.get(0).part;
    for (NativeScaling p : parts) {
      boolean larger =
          (long) p.part.width() * p.part.height() > (long) largest.width() * largest.height();
      largest = larger ? p.part : largest;
    }
    int width = largest.width();
    int height = largest.height();
    List<PartPlan> aligned = new ArrayList<>(parts.size());
    Affine map = Affine.IDENTITY;
    for (NativeScaling p : parts) {
      Affine grow =
          Affine.scale((double) width / p.part.width(), (double) height / p.part.height());
      aligned.add(p.part.warp(grow, width, height));
      // The reference takes the map of the last part that is there.
      map = p.part.isMissing() ? map : grow.after(p.partFromCut());
    }
    return new Realigned(aligned, map);
  }

  /**
   * @param parts all of one size
   * @param map from the cut to them
   */
  record Realigned(List<PartPlan> parts, Affine map) {}
}
