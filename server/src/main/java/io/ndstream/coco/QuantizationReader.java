package io.ndstream.coco;

import java.io.IOException;

/** Reads how stored integers stand for values; fills in the defaults of the format. */
final class QuantizationReader {
  private final JsonCursor cursor;
  private final Where where;
  private String dtype = "float32";
  private double origMin;
  private double origMax = 1;
  private double quantMin;
  private Double quantMax;
  private Double nodata;

  private QuantizationReader(JsonCursor cursor, Where where) {
    this.cursor = cursor;
    this.where = where;
  }

  /** The value the cursor stands on; null for JSON null. */
  static Quantization read(JsonCursor cursor, Where where) throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return null;
    }
    if (!cursor.at(Token.START_OBJECT)) {
      throw bad(where, "expected an object, found " + cursor.kind());
    }
    QuantizationReader reader = new QuantizationReader(cursor, where);
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      Where at = where.key(name);
      if (cursor.requireNew(keys, name, at)) {
        reader.member(name, at);
      } else {
        cursor.skip(at);
      }
    }
    return reader.result();
  }

  private void member(String name, Where at) throws IOException, BadValue {
    boolean isNull = cursor.at(Token.VALUE_NULL);
    switch (name) {
      case "orig_dtype":
        dtype = isNull ? dtype : string(at);
        break;
      case "orig_min":
        origMin = isNull ? origMin : number(at);
        break;
      case "orig_max":
        origMax = isNull ? origMax : number(at);
        break;
      case "quant_min":
        quantMin = isNull ? quantMin : number(at);
        break;
      case "quant_max":
        quantMax = isNull ? null : (Double) number(at);
        break;
      case "nodata":
        nodata = isNull ? null : (Double) number(at);
        break;
      default:
        cursor.skip(at);
    }
  }

  private Quantization result() throws BadValue {
    if (quantMax == null) {
      throw bad(where.key("quant_max"), "quant_max is missing");
    }
    if (quantMin == quantMax) {
      cursor.findings().warn(IssueCode.QUANTIZATION, where, "quant_min equals quant_max");
    }
    if (origMin == origMax) {
      cursor.findings().warn(IssueCode.QUANTIZATION, where, "orig_min equals orig_max");
    }
    return new Quantization(dtype, origMin, origMax, quantMin, quantMax, nodata);
  }

  private String string(Where at) throws IOException, BadValue {
    if (!cursor.at(Token.VALUE_STRING)) {
      throw bad(at, "expected a string, found " + cursor.kind());
    }
    return cursor.text();
  }

  private double number(Where at) throws IOException, BadValue {
    if (!cursor.atNumber()) {
      throw bad(at, "expected a number, found " + cursor.kind());
    }
    double value = cursor.doubleValue();
    if (!Double.isFinite(value)) {
      throw bad(at, "expected a finite number, found " + value);
    }
    return value;
  }

  private static BadValue bad(Where where, String message) {
    return new BadValue(IssueCode.QUANTIZATION, where, message);
  }
}
