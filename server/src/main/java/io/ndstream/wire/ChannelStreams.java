package io.ndstream.wire;

import io.ndstream.sample.StreamRange;
import io.ndstream.v1.ChannelStream;
import java.util.List;

/** Where streams of channels lie, as messages. */
final class ChannelStreams {
  private ChannelStreams() {}

  static ChannelStream ofSample(StreamRange range) {
    return ofBatch(range).toBuilder().addAllFrames(range.frames()).build();
  }

  /** Without frames: which are of the sensor differs from sample to sample. */
  static ChannelStream ofBatch(StreamRange range) {
    ChannelStream.Builder message =
        ChannelStream.newBuilder()
            .setChannels(range.stream().spec())
            .setStart(range.start())
            .setStop(range.stop());
    if (range.stream().sensor() != null) {
      message.setSensor(range.stream().sensor());
    }
    return message.build();
  }

  /** Position of the stream that has a channel; 0 if no streams were named. */
  static int at(List<StreamRange> streams, int channel) {
    int position = 0;
    while (position < streams.size() && channel >= streams.get(position).stop()) {
      position++;
    }
    return position;
  }
}
