package io.ndstream.coco;

/** How much an {@link Issue} takes away. */
public enum Severity {
  /** The file is loaded as it is, or with an obvious repair. */
  WARNING,
  /** Strict: the file is refused. Lenient: the row is left out, and what refers to it. */
  ERROR,
  /** No data set results. */
  FATAL
}
