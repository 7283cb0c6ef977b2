package io.ndstream.toy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.toy.ToySpec.Sensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that sensors deliver. */
final class Sensors {
  private static final List<String> AUX_FILES = List.of("disparity", "flowx|flowy");
  private static final List<String> BANDS = List.of("B1", "B8", "B8a", "B10", "B11");

  /**
   * A sensor or a list of sensors before the colon; a colon before a digit belongs to a range of
   * bands.
   */
  private static final Pattern QUALIFIED =
      Pattern.compile("(\\([^()]*\\)|[^:()|]+):(\\(.*\\)|[^\\d(].*)");

  private static final Pattern DOTTED = Pattern.compile("[^.:]+\\.(\\d{1,3})");
  private static final Pattern RANGE = Pattern.compile("[^.:]+:(\\d{1,3})(?::(\\d{1,3}))?");
  private static final int MOST_BANDS = 256;

  private Sensors() {}

  static List<Sensor> of(ToySpec.Assets assets, boolean multisensor) {
    List<String> base =
        switch (assets) {
          case AUX -> AUX_FILES;
          case MULTISPECTRAL -> BANDS;
          default -> List.of();
        };
    if (!multisensor) {
      return base.isEmpty() ? List.of() : List.of(new Sensor("sensor1", base));
    }
    return List.of(
        new Sensor("sensor1", base),
        new Sensor("sensor2", List.of("r|g|b", "disparity", "gauss", "B8|B11")),
        new Sensor("sensor3", List.of("r|g|b", "flowx|flowy", "distri", "B10|B11")),
        new Sensor("sensor4", List.of("B11", "X.2", "Y:2:6")));
  }

  /** Such as {@code s1:(r|g|b,x|y),(s2,s3):z}; files without a sensor come from {@code sensor1}. */
  static List<Sensor> parse(String text) {
    Map<String, List<String>> files = new LinkedHashMap<>();
    for (String part : split(text)) {
      Matcher qualified = QUALIFIED.matcher(part);
      boolean named = qualified.matches();
      for (String sensor : split(named ? inner(qualified.group(1)) : "sensor1")) {
        for (String channels : split(inner(named ? qualified.group(2) : part))) {
          codes(channels);
          files.computeIfAbsent(sensor, key -> new ArrayList<>()).add(channels);
        }
      }
    }
    return files.entrySet().stream().map(e -> new Sensor(e.getKey(), e.getValue())).toList();
  }

  /** One code a band: ranges such as {@code X.2} and {@code Y:2:6} are counted out. */
  static List<String> codes(String channels) {
    List<String> codes = new ArrayList<>();
    for (String code : channels.split("\\|", -1)) {
      Matcher dotted = DOTTED.matcher(code);
      Matcher range = RANGE.matcher(code);
      if (dotted.matches()) {
        count(
            code.substring(0, code.lastIndexOf('.')), 0, Integer.parseInt(dotted.group(1)), codes);
      } else if (range.matches()) {
        boolean open = range.group(2) == null;
        int first = open ? 0 : Integer.parseInt(range.group(1));
        count(
            code.substring(0, code.indexOf(':')),
            first,
            Integer.parseInt(range.group(open ? 1 : 2)),
            codes);
      } else if (code.isBlank() || code.contains(":") || code.contains("(") || code.contains(")")) {
        throw LoaderException.of(Reason.BAD_CHANNELS, "channels", channels, "code", code);
      } else {
        codes.add(code);
      }
    }
    if (codes.isEmpty() || codes.size() > MOST_BANDS) {
      throw LoaderException.of(Reason.BAD_CHANNELS, "channels", channels, "bands", codes.size());
    }
    return codes;
  }

  private static void count(String name, int from, int to, List<String> codes) {
    for (int i = from; i < to; i++) {
      codes.add(name + "." + i);
    }
  }

  private static String inner(String text) {
    return text.startsWith("(") && text.endsWith(")") ? text.substring(1, text.length() - 1) : text;
  }

  /** At the commas outside of parentheses. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
