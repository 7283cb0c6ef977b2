package io.ndstream.sample;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Channel codes as a caller wrote them and expanded: aliases ({@code rgb}) and ranges ({@code feat.0:4}) stand for several names. Codes
 * are asked for once each time they occur, in order.
 *
 * @param spec as written
 * @param codes expanded
 */
public record ChannelRequest(String spec, List<String> codes) {
  /** Asks for everything. */
  public static final String ALL = "<all>";

  private static final String FIELD = "target.channels";
  /** No sample has more; a range that asks for more is a mistake. */
  private static final int MAX_CODES = 65_536;

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");

  private static final Map<String, List<String>> ALIASES = Map.of(
      "rgb", List.of("r", "g", "b"),
      "rgba", List.of("r", "g", "b", "a"),
      "dxdy", List.of("dx", "dy"),
      "fxfy", List.of("fx", "fy"));

  public ChannelRequest {
    codes = List.copyOf(codes);
  }

  /** The request, or null after a violation was added. */
  public static ChannelRequest parse(String spec, Violations violations) {
    List<String> codes = new ArrayList<>();
    String problem = spec.isEmpty() ? "empty" : spec.indexOf(',') >= 0 ? "several streams" : expand(spec, codes);
    if (problem == null) {
      return new ChannelRequest(spec, codes);
    }
    violations.add(Reason.BAD_CHANNELS, FIELD, "value: " + spec + " (expected: codes joined by |; " + problem + ")");
    return null;
  }

  /** Several specs one after the other. */
  static ChannelRequest parse(List<String> specs, Violations violations) {
    return parse(String.join("|", specs), violations);
  }

  /** Adds the names a spec stands for; returns what is wrong with it, or null. */
  private static String expand(String spec, List<String> into) {
    for (int from = 0; from <= spec.length(); ) {
      int bar = spec.indexOf('|', from);
      int to = bar < 0 ? spec.length() : bar;
      String code = spec.substring(from, to);
      String problem = code.indexOf(':') >= 0 ? expandRange(code, into) : addNames(code, into);
      if (problem != null) {
        return problem;
      }
      from = to + 1;
    }
    return into.isEmpty() ? "no channel" : null;
  }

  private static String addNames(String code, List<String> into) {
    List<String> alias = ALIASES.get(code);
    if (alias == null) {
      into.add(code);
    } else {
      into.addAll(alias);
    }
    return into.size() > MAX_CODES ? "too many" : null;
  }

  /** {@code root.start:stop:step} or {@code root:stop}, {@code root:start:stop:step}. */
  private static String expandRange(String code, List<String> into) {
    int dot = code.indexOf('.');
    int cut = dot < 0 ? code.indexOf(':') : dot;
    String root = code.substring(0, cut);
    String[] parts = code.substring(cut + 1).split(":", -1);
    boolean stopOnly = parts.length == 1 && dot < 0;
    if (parts.length > 3 || parts.length == 1 && !stopOnly) {
      return "malformed range";
    }
    long[] numbers = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      boolean isStop = stopOnly || i == 1;
      if (parts[i].isEmpty() && isStop) {
        return "range without an end";
      }
      if (!parts[i].isEmpty() && !NUMBER.matcher(parts[i]).matches()) {
        return "malformed range, or a sensor";
      }
      numbers[i] = parts[i].isEmpty() ? i == 2 ? 1 : 0 : Long.parseLong(parts[i]);
    }
    long start = stopOnly ? 0 : numbers[0];
    long stop = stopOnly ? numbers[0] : numbers[1];
    long step = parts.length == 3 ? numbers[2] : 1;
    return count(root, start, stop, step, into);
  }

  private static String count(String root, long start, long stop, long step, List<String> into) {
    if (step == 0) {
      return "step 0";
    }
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      into.add(root + "." + i);
      if (into.size() > MAX_CODES) {
        return "too many";
      }
    }
    return null;
  }
}
