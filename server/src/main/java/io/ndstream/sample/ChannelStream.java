package io.ndstream.sample;

import io.ndstream.coco.Image;
import java.util.List;

/**
 * Channels that belong together: those of one network head, or of one sensor.
 *
 * @param sensor which images have them, by {@code sensor_coarse}; null for all
 * @param spec codes as written
 * @param codes expanded
 */
public record ChannelStream(String sensor, String spec, List<String> codes) {
  public ChannelStream {
    codes = List.copyOf(codes);
  }

  /** Whether the stream speaks of the channels of this image. */
  public boolean isOf(Image image) {
    return sensor == null || sensor.equals(image.sensor());
  }
}
