package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A window with its box, after all checks.
 *
 * @param box where the patch lies; may reach over the canvas
 * @param adjusted data, box or weights were cut to each other
 */
record Placed(Window box, PatchWeights weights, boolean adjusted) {
  private static final int TOLERATED = 10;

  /**
   * @param canvas bounds of the canvas
   * @throws LoaderException with every mistake: BANDS, BAD_SHAPE, BAD_WINDOW, BAD_WEIGHTS,
   *     BAD_PIXELS
   */
  static Placed of(
      StitchWindow window,
      Window canvas,
      int bands,
      Placement placement,
      NanPolicy policy,
      EdgeMasks masks) {
    Patch patch = window.patch();
    Violations violations = new Violations();
    violations.check(
        patch.bands() == bands, Reason.BANDS, "pixels", patch.bands() + " bands", bands + " bands");
    violations.check(
        patch.isWhole(),
        Reason.BAD_SHAPE,
        "pixels.data",
        patch.data().capacity(),
        patch.bytes() + " bytes");
    Window box = window.box() == null ? canvas : window.box();
    boolean lenient = placement == Placement.LENIENT;
    int height = patch.height();
    int width = patch.width();
    if (!lenient) {
      violations.check(
          height == box.height() && width == box.width(),
          Reason.BAD_SHAPE,
          "pixels",
          height + " x " + width,
          "the box's " + box.height() + " x " + box.width());
      violations.check(
          placement != Placement.INSIDE || canvas.contains(box),
          Reason.BAD_WINDOW,
          "box",
          box,
          "inside " + canvas);
    }
    StitchWindow.Weights weights = window.weights();
    if (weights != null) {
      check(weights, patch, lenient, violations);
      height = Math.min(height, weights.height());
      width = Math.min(width, weights.width());
    }
    violations.throwIfAny();
    if (policy == NanPolicy.REFUSE && hasNan(patch)) {
      throw LoaderException.of(Reason.BAD_PIXELS, "field", "pixels", "value", "NaN");
    }
    boolean edges = window.edges() && height > 0 && width > 0;
    EdgeWeights mask = edges ? masks.of(patch, height, width) : null; // before the box cuts it
    Window at =
        new Window(box.x(), box.y(), Math.min(width, box.width()), Math.min(height, box.height()));
    boolean cut = !at.equals(box) || at.width() != patch.width() || at.height() != patch.height();
    return new Placed(at, PatchWeights.of(weights, mask), cut);
  }

  Canvas.Addition addition(Patch patch, long number) {
    return new Canvas.Addition(patch, weights, box, number);
  }

  private static void check(
      StitchWindow.Weights weights, Patch patch, boolean lenient, Violations violations) {
    int rows = Math.abs(weights.height() - patch.height());
    int columns = Math.abs(weights.width() - patch.width());
    int tolerated = lenient ? TOLERATED : 0;
    violations.check(
        rows <= tolerated && columns <= tolerated,
        Reason.BAD_WEIGHTS,
        "weights",
        weights.height() + " x " + weights.width(),
        patch.height() + " x " + patch.width());
    FloatBuffer values = weights.values();
    for (int i = 0; i < values.capacity(); i++) {
      float weight = values.get(i);
      if (!(Math.abs(weight) <= Float.MAX_VALUE) || (weight < 0 && !lenient)) {
        violations.add(
            Reason.BAD_WEIGHTS,
            "weights[" + i + "]",
            "value: " + weight + " (expected: finite and >= 0)");
        return;
      }
    }
  }

  private static boolean hasNan(Patch patch) {
    if (!patch.dtype().isFloat()) {
      return false;
    }
    ByteBuffer data = patch.data();
    DType dtype = patch.dtype();
    int count = patch.data().capacity() / dtype.bytes();
    for (int i = 0; i < count; i++) {
      if (Double.isNaN(PatchValues.value(data, dtype, i))) {
        return true;
      }
    }
    return false;
  }
}
