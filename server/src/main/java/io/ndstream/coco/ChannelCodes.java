package io.ndstream.coco;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Expands the channels of one file: codes separated by bars, in band order. */
final class ChannelCodes {
  /** No file has more bands; a slice that asks for more is a mistake or an attack. */
  private static final int MAX_BANDS = 65_536;

  private static final Map<String, List<String>> ALIASES =
      Map.of(
          "rgb", List.of("r", "g", "b"),
          "rgba", List.of("r", "g", "b", "a"),
          "dxdy", List.of("dx", "dy"),
          "fxfy", List.of("fx", "fy"));
  private static final Pattern NUMBERED = Pattern.compile("(.+)\\.(\\d{1,9})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final String spec;
  private final Where where;
  private final List<String> names = new ArrayList<>();

  private ChannelCodes(String spec, Where where) {
    this.spec = spec;
    this.where = where;
  }

  /** Names of the bands of {@code spec}, such as {@code r, g, b, f.0, f.1} for {@code rgb|f:2}. */
  static List<String> expand(String spec, Where where) throws BadValue {
    if (spec.isEmpty()) {
      return List.of();
    }
    ChannelCodes codes = new ChannelCodes(spec, where);
    for (String code : spec.split("\\|", -1)) {
      codes.add(code);
    }
    codes.requireUnique();
    return codes.names;
  }

  private void add(String code) throws BadValue {
    if (code.isEmpty()) {
      throw bad("empty channel name");
    }
    for (char odd : new char[] {',', '(', ')'}) {
      if (code.indexOf(odd) >= 0) {
        throw bad("\"" + odd + "\" is not allowed inside one file");
      }
    }
    if (code.chars().anyMatch(Character::isISOControl)) {
      throw bad("control characters are not allowed");
    }
    List<String> alias = ALIASES.get(code);
    if (alias != null) {
      names.addAll(alias);
    } else if (code.indexOf(':') >= 0) {
      addSlice(code.split(":", -1));
    } else {
      names.add(code);
    }
    if (names.size() > MAX_BANDS) {
      throw bad("more than " + MAX_BANDS + " bands");
    }
  }

  /**
   * {@code f:stop}, {@code f:start:stop}, {@code f:start:stop:step}, or the same with the start
   * after a dot.
   */
  private void addSlice(String[] parts) throws BadValue {
    String stem = parts[0];
    if (stem.isEmpty()) {
      throw bad("empty channel name");
    }
    int[] numbers = new int[parts.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(parts[i + 1]);
    }
    Matcher numbered = NUMBERED.matcher(stem);
    if (numbered.matches()) {
      stem = numbered.group(1);
      int[] shifted = new int[parts.length];
      shifted[0] = Integer.parseInt(numbered.group(2));
      System.arraycopy(numbers, 0, shifted, 1, numbers.length);
      numbers = shifted;
    }
    if (numbers.length > 3) {
      throw bad("a slice has at most start, stop and step");
    }
    int start = numbers.length == 1 ? 0 : numbers[0];
    int stop = numbers.length == 1 ? numbers[0] : numbers[1];
    int step = numbers.length == 3 ? numbers[2] : 1;
    if (step == 0) {
      throw bad("the step of a slice may not be 0");
    }
    if (((long) stop - start) / step > MAX_BANDS) {
      throw bad("more than " + MAX_BANDS + " bands");
    }
    for (int i = start; i < stop; i += step) {
      names.add(stem + "." + i);
    }
  }

  private int number(String text) throws BadValue {
    if (text.isEmpty()) {
      throw bad("slice needs an end");
    }
    if (NUMBER.matcher(text).matches()) {
      return Integer.parseInt(text);
    }
    throw bad(
        text.startsWith("-") ? "slice bounds may not be negative" : "sensors are not allowed here");
  }

  private void requireUnique() throws BadValue {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new BadValue(
            IssueCode.CHANNELS_DUPLICATE,
            where,
            "channel " + JsonCursor.quote(name) + " is listed twice");
      }
    }
  }

  private BadValue bad(String why) {
    return new BadValue(IssueCode.CHANNELS_SYNTAX, where, JsonCursor.quote(spec) + ": " + why);
  }
}
