package io.ndstream.coco;

import java.util.List;

/**
 * A sequence of frames. A video that images name but no row declares has neither name nor size.
 *
 * @param name or null
 * @param width canvas in pixels, 0 if unknown
 * @param height canvas in pixels, 0 if unknown
 * @param frames rows of {@link Dataset#images()}, by frame_index, then image id
 */
public record Video(long id, String name, int width, int height, List<Integer> frames) {
  public Video {
    frames = List.copyOf(frames);
  }
}
