package io.ndstream.sample;

import java.util.List;

/**
 * Where a stream lies in a sample.
 *
 * @param start its first channel
 * @param stop past its last channel
 * @param frames those of its sensor, ascending; in all others the channels are missing
 */
public record StreamRange(ChannelStream stream, int start, int stop, List<Integer> frames) {
  public StreamRange {
    frames = List.copyOf(frames);
  }
}
