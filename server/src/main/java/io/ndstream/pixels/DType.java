package io.ndstream.pixels;

import java.util.Locale;
import java.util.Optional;

/** The type of one array element, by NumPy's names and promotion rules. */
public enum DType {
  UINT8(1, false, false),
  INT8(1, true, false),
  UINT16(2, false, false),
  INT16(2, true, false),
  UINT32(4, false, false),
  INT32(4, true, false),
  UINT64(8, false, false),
  INT64(8, true, false),
  FLOAT32(4, true, true),
  FLOAT64(8, true, true);

  private final int bytes;
  private final boolean signed;
  private final boolean floating;

  DType(int bytes, boolean signed, boolean floating) {
    this.bytes = bytes;
    this.signed = signed;
    this.floating = floating;
  }

  /** Size of an element. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return floating;
  }

  public boolean isSigned() {
    return signed;
  }

  /** NumPy's name, such as {@code uint8}. */
  public String numpyName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<DType> ofNumpyName(String name) {
    for (DType type : values()) {
      if (type.numpyName().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type both convert to without loss where there is one, as NumPy's {@code promote_types}. */
  public DType promote(DType other) {
    if (this == other) {
      return this;
    }
    if (floating || other.floating) {
      boolean wide =
          this == FLOAT64
              || other == FLOAT64
              || (!floating && bytes > 2)
              || (!other.floating && other.bytes > 2);
      return wide ? FLOAT64 : FLOAT32;
    }
    if (signed == other.signed) {
      return bytes >= other.bytes ? this : other;
    }
    DType s = signed ? this : other;
    DType u = signed ? other : this;
    if (s.bytes > u.bytes) {
      return s;
    }
    return switch (u) {
      case UINT8 -> INT16;
      case UINT16 -> INT32;
      case UINT32 -> INT64;
      default -> FLOAT64;
    };
  }

  /**
   * The type all of several convert to, as NumPy's {@code result_type}: floats are joined first, so
   * that uint16 and int16 beside float32 are float32, in whatever order they stand.
   *
   * @return null if there are none
   */
  public static DType common(Iterable<DType> types) {
    DType common = null;
    for (boolean floats : new boolean[] {true, false}) {
      for (DType type : types) {
        if (type.floating == floats) {
          common = common == null ? type : common.promote(type);
        }
      }
    }
    return common;
  }
}
