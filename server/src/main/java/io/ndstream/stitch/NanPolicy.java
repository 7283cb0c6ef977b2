package io.ndstream.stitch;

/** What a NaN in the data does. */
public enum NanPolicy {
  /** The pixel counts in no band. The default. */
  OMIT,
  /** The cell of its band becomes NaN for good. */
  PROPAGATE,
  /** The window is refused. */
  REFUSE
}
