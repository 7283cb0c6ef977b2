package io.ndstream.stitch;

import io.ndstream.error.LoaderException;
import io.ndstream.geom.Window;

/**
 * A window as far as it can be looked at without any lock.
 *
 * @param index in its message
 * @param image perhaps not one of the run yet
 * @param id made from the box if the window has none
 * @param box the whole canvas if the window has none
 * @param placed null if it is wrong
 * @param fault what is wrong with it, or null
 */
record Candidate(
    int index,
    Arrival arrival,
    ImageState image,
    String id,
    WindowIds.Key key,
    Window box,
    Placed placed,
    LoaderException fault) {

  static Candidate of(int index, Arrival arrival, ImageState image, RunSpec spec, EdgeMasks masks) {
    StitchWindow window = arrival.window();
    Window canvas = image.canvas.bounds();
    Window box = window.box() == null ? canvas : window.box();
    String id = window.id().isEmpty() ? idOf(box) : window.id();
    Placed placed = null;
    LoaderException fault = null;
    try {
      placed = Placed.of(window, canvas, spec.bands(), spec.placement(), spec.nanPolicy(), masks);
    } catch (LoaderException e) {
      fault = e;
    }
    return new Candidate(index, arrival, image, id, WindowIds.Key.of(id), box, placed, fault);
  }

  /** {@code left,top,right,bottom}. */
  static String idOf(Window box) {
    return box.x() + "," + box.y() + "," + box.right() + "," + box.bottom();
  }

  StitchWindow window() {
    return arrival.window();
  }
}
