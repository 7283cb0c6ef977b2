package io.ndstream.annot;

import java.util.List;

/**
 * Which label images to paint, and how.
 *
 * @param classMask class index of the category
 * @param instanceMask 1 + row of the annotation in the sample, 0 elsewhere
 * @param background value of the class mask where nothing lies
 * @param ignore value of the class mask where an annotation of an ignored category lies, and
 *     outside the canvas
 * @param ignoreCategoryIds ids of the ignored categories
 * @param priorityCategoryIds painted after all others, in this order: the last one wins
 */
public record MaskOptions(
    boolean classMask,
    boolean instanceMask,
    int background,
    int ignore,
    List<Long> ignoreCategoryIds,
    List<Long> priorityCategoryIds) {
  public static final int DEFAULT_BACKGROUND = -1;
  public static final int DEFAULT_IGNORE = -2;
  public static final MaskOptions NONE =
      new MaskOptions(false, false, DEFAULT_BACKGROUND, DEFAULT_IGNORE, List.of(), List.of());

  public MaskOptions {
    ignoreCategoryIds = List.copyOf(ignoreCategoryIds);
    priorityCategoryIds = List.copyOf(priorityCategoryIds);
  }

  public boolean any() {
    return classMask || instanceMask;
  }
}
