package io.ndstream.coco;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the names of keypoints: by reference, or by their order in a category or the nearest of its
 * parents that names some.
 */
final class KeypointNames {
  private final Map<Long, String> byId = new HashMap<>();
  private final Map<String, Category> categories = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  KeypointNames(List<Category> categories, List<KeypointCategory> keypointCategories) {
    for (KeypointCategory category : keypointCategories) {
      byId.put(category.id(), category.name());
      known.add(category.name());
    }
    for (Category category : categories) {
      this.categories.put(category.name(), category);
      known.addAll(category.keypoints());
    }
  }

  /**
   * Whether a reference, a Long id or a String name, leads anywhere. Names are free if the manifest
   * declares none.
   */
  boolean isKnown(Object reference) {
    return reference instanceof Long
        ? byId.containsKey(reference)
        : known.isEmpty() || known.contains(reference);
  }

  /**
   * @param category of the annotation, or null
   */
  Keypoints resolve(RawKeypoints raw, Category category) {
    List<String> names = new ArrayList<>(raw.size());
    if (raw.inCategoryOrder()) {
      names.addAll(ofCategory(category));
    } else {
      for (Object reference : raw.references()) {
        names.add(reference instanceof Long ? byId.get(reference) : (String) reference);
      }
    }
    String[] each = Arrays.copyOf(names.toArray(new String[0]), raw.size());
    return new Keypoints(raw.xy(), raw.visible(), Arrays.asList(each));
  }

  private List<String> ofCategory(Category category) {
    // the file's parents form a forest, so this ends; the bound is for data sets built otherwise
    Category at = category;
    for (int i = 0; at != null && i <= categories.size(); i++) {
      if (!at.keypoints().isEmpty()) {
        return at.keypoints();
      }
      String parent = at.supercategory();
      at = parent == null || parent.equals(at.name()) ? null : categories.get(parent);
    }
    return List.of();
  }
}
