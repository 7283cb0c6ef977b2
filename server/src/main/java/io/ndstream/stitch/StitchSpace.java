package io.ndstream.stitch;

/** Whose pixels a canvas is measured in, up to a scale. */
public enum StitchSpace {
  /** Those of the image's video; of an image without a video its own. */
  VIDEO,
  IMAGE
}
