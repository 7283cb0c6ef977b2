package io.ndstream.sample;

import io.ndstream.error.Violations;

/**
 * Parses requests of fused codes and keeps the last: the samples of a plan ask for the same
 * channels, one after the other. Safe for many threads.
 */
final class ParsedChannels {
  private volatile ChannelRequest last;

  /** As {@link ChannelRequest#parse(String, Violations)}. */
  ChannelRequest parse(String spec, Violations violations) {
    ChannelRequest known = last;
    if (known != null && known.spec().equals(spec)) {
      return known;
    }
    ChannelRequest parsed = ChannelRequest.parse(spec, violations);
    if (parsed != null) {
      last = parsed;
    }
    return parsed;
  }
}
