package io.ndstream.sample;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels a caller asks for, in order. Codes are asked for once each time they occur.
 *
 * @param spec as written
 * @param streams one of all images, unless several were named
 */
public record ChannelRequest(String spec, List<ChannelStream> streams) {
  /** Asks for everything. */
  public static final String ALL = "<all>";

  public ChannelRequest {
    streams = List.copyOf(streams);
  }

  /** Codes of all streams, expanded. */
  public List<String> codes() {
    return streams.size() == 1
        ? streams.get(0).codes()
        : streams.stream().flatMap(stream -> stream.codes().stream()).toList();
  }

  /** A request of fused codes, or null after a violation was added. */
  public static ChannelRequest parse(String spec, Violations violations) {
    List<String> codes = new ArrayList<>();
    String problem =
        spec.isEmpty()
            ? "empty"
            : spec.indexOf(',') >= 0
                ? "several streams: name them in streams"
                : FusedCodes.expand(spec, codes);
    if (problem == null) {
      return new ChannelRequest(spec, List.of(new ChannelStream(null, spec, codes)));
    }
    violations.add(
        Reason.BAD_CHANNELS, "target.channels", said(spec, "codes joined by |", problem));
    return null;
  }

  /** Several specs one after the other. */
  static ChannelRequest parse(List<String> specs, Violations violations) {
    return parse(String.join("|", specs), violations);
  }

  /** A request of streams, or null after a violation was added. */
  public static ChannelRequest parseStreams(String spec, Violations violations) {
    StreamsParser parser = new StreamsParser();
    String problem = parser.parse(spec);
    if (problem == null) {
      return new ChannelRequest(spec, parser.streams());
    }
    violations.add(
        Reason.BAD_CHANNELS,
        "target.streams",
        said(spec, "streams such as S2:(red|green,nir),L8:pan", problem));
    return null;
  }

  private static String said(String spec, String expected, String problem) {
    return "value: " + spec + " (expected: " + expected + "; " + problem + ")";
  }
}
