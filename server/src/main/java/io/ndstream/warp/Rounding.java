package io.ndstream.warp;

import io.ndstream.pixels.DType;

/** Values made to fit a dtype, in place. */
enum Rounding {
  /** Floats stay as they are; single precision is cut when they are written. */
  NONE {
    @Override
    <A> void apply(Lanes<A> lanes, A values, int count) {}
  },
  /** Halves up: small unsigned integers, whose kernels the reference computes in fixed point. */
  HALF_UP {
    @Override
    <A> void apply(Lanes<A> lanes, A values, int count) {
      lanes.roundHalfUp(values, count);
    }
  },
  /** Halves to even. */
  HALF_EVEN {
    @Override
    <A> void apply(Lanes<A> lanes, A values, int count) {
      lanes.roundHalfEven(values, count);
    }
  };

  abstract <A> void apply(Lanes<A> lanes, A values, int count);

  /** Of a value between pixels. */
  static Rounding ofSample(DType type) {
    if (type.isFloat()) {
      return NONE;
    }
    return type == DType.UINT8 ? HALF_UP : HALF_EVEN;
  }

  /** Of a blurred pixel. */
  static Rounding ofBlur(DType type) {
    if (type.isFloat()) {
      return NONE;
    }
    return type == DType.UINT8 || type == DType.UINT16 ? HALF_UP : HALF_EVEN;
  }

  /** Of a pixel of the next pyramid step. */
  static Rounding ofPyramid(DType type) {
    return type.isFloat() ? NONE : HALF_UP;
  }
}
