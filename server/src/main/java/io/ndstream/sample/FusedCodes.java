package io.ndstream.sample;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Codes joined by bars. Aliases ({@code rgb}) and ranges ({@code feat.0:4}) stand for several
 * names.
 */
final class FusedCodes {
  /** No sample has more; a range that asks for more is a mistake. */
  static final int MAX_CODES = 65_536;

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");

  private static final Map<String, List<String>> ALIASES =
      Map.of(
          "rgb", List.of("r", "g", "b"),
          "rgba", List.of("r", "g", "b", "a"),
          "dxdy", List.of("dx", "dy"),
          "fxfy", List.of("fx", "fy"));

  private FusedCodes() {}

  /** Adds the names a spec stands for; returns what is wrong with it, or null. */
  static String expand(String spec, List<String> into) {
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
