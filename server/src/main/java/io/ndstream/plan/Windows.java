package io.ndstream.plan;

import io.ndstream.sample.TargetSpec;

/** The samples of a plan in the order of the selection, numbered from 0. Immutable. */
public interface Windows {
  int size();

  /** Of them, how many are positive. */
  int positives();

  /** Why there are fewer samples than asked for, in words; or empty. */
  String shortfall();

  boolean isPositive(int i);

  /** Image of the window; of a window in time, of its first frame. */
  long imageId(int i);

  /** Id of the annotation a positive was made for, or -1. */
  long annotationId(int i);

  /** Category of that annotation; of a negative, the background id. */
  long categoryId(int i);

  /** Source and window, without the plan's template. */
  TargetSpec.Builder target(int i);
}
