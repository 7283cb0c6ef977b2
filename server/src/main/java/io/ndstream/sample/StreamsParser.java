package io.ndstream.sample;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads kwcoco's sensor-channel specs. Items are separated by commas; an item is a list of streams,
 * perhaps with the sensors it is of: {@code r|g}, {@code S2:r|g}, {@code S2:(r|g,nir)}, {@code
 * (S2,L8):pan}. The sensor {@code *} is any. One use.
 */
final class StreamsParser {
  private static final String ANY = "*";

  private final List<ChannelStream> streams = new ArrayList<>();
  private int total;

  List<ChannelStream> streams() {
    return streams;
  }

  /** Returns what is wrong with the spec, or null. */
  String parse(String spec) {
    int depth = 0;
    int from = 0;
    for (int i = 0; i < spec.length(); i++) {
      char c = spec.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0 || depth > 1) {
        return "brackets do not match";
      }
      if (c == ',' && depth == 0) {
        String problem = item(spec.substring(from, i));
        if (problem != null) {
          return problem;
        }
        from = i + 1;
      }
    }
    return depth == 0 ? item(spec.substring(from)) : "brackets do not match";
  }

  /** Brackets match, and none lie within others. */
  private String item(String item) {
    int sensorsEnd = item.startsWith("(") ? item.indexOf("):") + 1 : sensorEnd(item);
    if (sensorsEnd <= 0) {
      return add(List.of(ANY), item);
    }
    List<String> sensors = listed(item.substring(0, sensorsEnd));
    if (sensors == null
        || sensors.stream().anyMatch(sensor -> sensor.isEmpty() || sensor.indexOf('|') >= 0)) {
      return "a sensor is written before the codes of its stream: S2:red|green";
    }
    return add(sensors, item.substring(sensorsEnd + 1));
  }

  /**
   * Where the colon after a sensor is, or -1. A colon before a number, or before nothing, is one of
   * a range.
   */
  private static int sensorEnd(String item) {
    int colon = item.indexOf(':');
    if (colon < 0 || colon + 1 == item.length()) {
      return -1;
    }
    char next = item.charAt(colon + 1);
    boolean range = next == ':' || next == '-' || next >= '0' && next <= '9';
    return range ? -1 : colon;
  }

  private String add(List<String> sensors, String channels) {
    List<String> specs = listed(channels);
    if (specs == null) {
      return "brackets within codes";
    }
    for (String sensor : sensors) {
      for (String spec : specs) {
        List<String> codes = new ArrayList<>();
        String problem =
            spec.isEmpty()
                ? "a stream without channels"
                : spec.contains(ChannelRequest.ALL)
                    ? ChannelRequest.ALL + " stands alone, in channels"
                    : FusedCodes.expand(spec, codes);
        total += codes.size();
        if (problem != null || total > FusedCodes.MAX_CODES) {
          return problem == null ? "too many" : problem;
        }
        streams.add(new ChannelStream(sensor.equals(ANY) ? null : sensor, spec, codes));
      }
    }
    return null;
  }

  /** {@code a} or {@code (a,b)}; null if there are brackets elsewhere. */
  private static List<String> listed(String text) {
    boolean inBrackets = text.startsWith("(") && text.endsWith(")");
    String inner = inBrackets ? text.substring(1, text.length() - 1) : text;
    if (inner.indexOf('(') >= 0 || inner.indexOf(')') >= 0) {
      return null;
    }
    return inBrackets ? List.of(inner.split(",", -1)) : List.of(inner);
  }
}
