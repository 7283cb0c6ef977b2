package io.ndstream.config;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as people write it: {@code 512MiB}, {@code 2g}, {@code 1048576}. */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([kmgt]?)(i?b)?");
  private static final Map<String, Integer> SHIFTS =
      Map.of("", 0, "k", 10, "m", 20, "g", 30, "t", 40);

  /**
   * Units are powers of 1024.
   *
   * @throws LoaderException BAD_ARGUMENT
   */
  public static ByteSize parse(String text) {
    Matcher m = FORM.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (m.matches()) {
      long number = Long.parseLong(m.group(1));
      int shift = SHIFTS.get(m.group(2));
      if (number <= Long.MAX_VALUE >> shift) {
        return new ByteSize(number << shift);
      }
    }
    throw LoaderException.of(
        Reason.BAD_ARGUMENT, "size", text, "expected", "a number with a unit, such as 512MiB");
  }

  /** The shortest form that is exact or has one decimal. */
  public static String format(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return (value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.1f", value))
        + " "
        + units[unit];
  }
}
