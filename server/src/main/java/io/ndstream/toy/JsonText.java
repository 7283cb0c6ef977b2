package io.ndstream.toy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/**
 * JSON with members in the order given and numbers in a text form of our own making: Java's for
 * doubles changed with JDK 19.
 */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  /** The document, with every element of its lists on a line of its own. */
  static String of(Map<String, ? extends List<?>> document) {
    JsonText json = new JsonText();
    String before = "{\n";
    for (Map.Entry<String, ? extends List<?>> member : document.entrySet()) {
      json.text.append(before);
      json.string(member.getKey());
      json.text.append(": [");
      String separator = "\n";
      for (Object element : member.getValue()) {
        json.text.append(separator).append("  ");
        json.value(element);
        separator = ",\n";
      }
      json.text.append(member.getValue().isEmpty() ? "]" : "\n]");
      before = ",\n";
    }
    return json.text.append("\n}\n").toString();
  }

  /** Rounded to a number of decimals, without trailing zeros. */
  static BigDecimal decimal(double value, int places) {
    BigDecimal rounded =
        new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded;
  }

  private void value(Object value) {
    if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> member : map.entrySet()) {
        text.append(separator);
        string((String) member.getKey());
        text.append(": ");
        value(member.getValue());
        separator = ", ";
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object element : list) {
        text.append(separator);
        value(element);
        separator = ", ";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof String string) {
      string(string);
    } else if (value instanceof BigDecimal number) {
      text.append(number.toPlainString());
    } else {
      text.append(value);
    }
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
