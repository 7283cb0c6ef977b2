package io.ndstream.stitch;

import io.ndstream.geom.Window;
import java.nio.ByteBuffer;

/** What a run knows of one image. Guarded by the run's lock, but the canvas by its own. */
final class ImageState {
  final CanvasSpec spec;
  final Canvas canvas;
  final Progress progress;
  final WindowIds ids = new WindowIds();

  /** The client said that no window will follow. */
  boolean declaredComplete;

  /** The raster while somebody is writing it, else null. */
  Writing writing;

  /** The result, once there is one. */
  FinishedRaster raster;

  /** A raster that may have a name already and is not the result yet, or null. */
  UnrecordedRaster unrecorded;

  ImageState(CanvasSpec spec, Canvas canvas) {
    this.spec = spec;
    this.canvas = canvas;
    this.progress = new Progress(spec.expected(), canvas.bounds());
  }

  /** Counts a window that is in the journal. */
  void count(WindowIds.Key key, Window box) {
    ids.add(key, box.hashCode());
    progress.count(box);
  }

  /** Removes a raster that did not become the result. */
  void removeUnrecorded() {
    if (unrecorded != null) {
      unrecorded.remove();
      unrecorded = null;
    }
  }

  boolean isComplete() {
    return declaredComplete || progress.missing() == 0;
  }

  boolean takesWindows() {
    return !declaredComplete && writing == null && raster == null;
  }

  ByteBuffer write() {
    long[] counted = progress.state();
    ByteBuffer out = Records.buffer(8 + 1 + 4 + 8 * counted.length + ids.storedBytes());
    out.putLong(spec.image()).put((byte) (declaredComplete ? 1 : 0)).putInt(counted.length);
    for (long part : counted) {
      out.putLong(part);
    }
    ids.write(out);
    return out.flip();
  }

  /** Reads what follows the image id. */
  void read(ByteBuffer in) {
    declaredComplete = in.get() != 0;
    long[] counted = new long[in.getInt()];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = in.getLong();
    }
    progress.restore(counted);
    ids.read(in);
  }
}
