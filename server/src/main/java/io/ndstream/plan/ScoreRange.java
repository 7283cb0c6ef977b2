package io.ndstream.plan;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.grid.ChannelScore;
import io.ndstream.grid.WindowFilter;

/**
 * Which windows a channel scores so. Windows without data have no score.
 *
 * @param channel code of one channel
 * @param min included
 * @param max included
 */
public record ScoreRange(String channel, double min, double max) {
  void check(Violations v, String field) {
    v.check(
        !channel.isEmpty(),
        Reason.BAD_CHANNELS,
        field + ".channel",
        channel,
        "the code of a channel");
    v.check(min <= max, Reason.BAD_ARGUMENT, field + ".max", max, "not below min, " + min);
  }

  WindowFilter by(ChannelScore scores) {
    return (image, window) -> {
      double score = scores.of(image, window, channel);
      return score >= min && score <= max;
    };
  }
}
