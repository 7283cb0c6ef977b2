package io.ndstream.stitch;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which images geowatch would hold for ready: when windows turn to another image, the one before;
 * in video space, when they turn to another video, all of the one before. It is a guess, wrong for
 * interleaved windows, so nothing but a report follows from it. A finalized image never comes back.
 * Not thread-safe.
 */
final class ReadyGuess {
  private final boolean byVideo;
  private final TreeSet<Long> ready = new TreeSet<>();
  private CanvasSpec last;

  ReadyGuess(boolean byVideo) {
    this.byVideo = byVideo;
  }

  /**
   * A window came.
   *
   * @param said what the client says about the image before: true, false, or null
   * @param open canvases not finalized, this one included
   */
  void window(CanvasSpec image, Boolean said, Collection<CanvasSpec> open) {
    CanvasSpec before = last;
    last = image;
    if (before == null || Boolean.FALSE.equals(said)) {
      return;
    }
    boolean videos = byVideo && image.video() >= 0;
    if (videos && before.video() < 0) {
      return; // there was no video before that could be ready
    }
    boolean turned = videos ? before.video() != image.video() : before.image() != image.image();
    if (!turned && said == null) {
      return;
    }
    for (CanvasSpec canvas : open) {
      if (videos ? canvas.video() == before.video() : canvas.image() == before.image()) {
        ready.add(canvas.image());
      }
    }
  }

  void finalized(long image) {
    ready.remove(image);
  }

  SortedSet<Long> ready() {
    return new TreeSet<>(ready);
  }
}
