package io.ndstream.sample;

import io.ndstream.geom.Affine;

/** Factors of a resampling after the cut, both above 0; above 1 enlarges. */
record Scale(double x, double y) {
  Affine affine() {
    return Affine.scale(x, y);
  }

  boolean isOne() {
    return x == 1 && y == 1;
  }
}
