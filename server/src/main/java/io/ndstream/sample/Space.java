package io.ndstream.sample;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Window;
import java.util.List;

/**
 * The region of a target: which frames, and which window of the canvas.
 *
 * @param video whether axes have a leading T
 * @param frames rows of the images, {@link #BLANK} for padding in time
 * @param canvasHeight rows of the canvas, 0 for several loose images
 * @param canvasWidth columns of the canvas, 0 for several loose images
 * @param window without padding; may reach past the canvas
 * @param padded window with padding
 * @param pad as asked for, one entry an axis, or null
 * @param dataFrames frames of the whole video, 0 if there is none
 * @param asked the target with everything that was inferred
 */
record Space(
    boolean video,
    List<Integer> frames,
    int canvasHeight,
    int canvasWidth,
    Window window,
    Window padded,
    Pad pad,
    int dataFrames,
    TargetSpec asked) {
  /** A frame outside the video. */
  static final int BLANK = -1;

  /** Stands for the image of such a frame where ids are listed. */
  static final long NO_IMAGE = -1L;

  /** Whether no frame is one of the video's. */
  boolean isBlank() {
    for (int row : frames) {
      if (row != BLANK) {
        return false;
      }
    }
    return true;
  }

  /** From the canvas to the window before any scale. */
  Affine windowFromCanvas() {
    return Affine.translate(-padded.x(), -padded.y());
  }

  boolean hasCanvas() {
    return canvasHeight > 0 && canvasWidth > 0;
  }

  List<Long> spaceDims() {
    return hasCanvas() ? List.of((long) canvasHeight, (long) canvasWidth) : List.of();
  }

  List<Long> dataDims() {
    if (!hasCanvas() || !video) {
      return spaceDims();
    }
    return List.of((long) dataFrames, (long) canvasHeight, (long) canvasWidth);
  }
}
