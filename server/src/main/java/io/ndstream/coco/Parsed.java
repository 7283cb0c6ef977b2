package io.ndstream.coco;

import java.nio.file.Path;

/**
 * Everything known of a manifest once it is read: what the cache holds, and what a data set is made
 * of.
 *
 * @param groups annotation rows by image
 * @param sums of the manifest's bytes
 */
record Parsed(
    Report report,
    BlockSums sums,
    ColumnarDataset.Tables tables,
    AnnotationTable annotations,
    RowIndex index,
    RowGroups groups) {

  /**
   * The data set over the manifest itself.
   *
   * @param source of the same bytes; owned by the data set from here on
   */
  Dataset open(Path manifest, Source source, Limits limits) {
    Category[] categories = new Category[annotations.categoryIds.size()];
    for (Category category : tables.categories()) {
      int number = annotations.categoryIds.find(category.id());
      if (number >= 0) {
        categories[number] = category;
      }
    }
    KeypointNames names = new KeypointNames(tables.categories(), tables.keypointCategories());
    ColumnarAnnotations columns =
        new ColumnarAnnotations(annotations, index, groups, source, limits, names, categories);
    return new ColumnarDataset(manifest, manifest.getParent(), source, tables, columns);
  }
}
