package io.ndstream.coco;

import io.ndstream.coco.Report.Table;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The checks of annotations that need the other tables, and the removal of rows that fail them. */
final class References {
  private static final Where TABLE = Where.ROOT.key("annotations");

  private final ManifestParser parsed;
  private final Findings findings;
  private final AnnotationRows rows;
  private final AnnotationTable table;
  private RowIndex index;
  private final BitSet orphans = new BitSet();

  References(ManifestParser parsed) {
    this.parsed = parsed;
    this.findings = parsed.findings;
    this.rows = parsed.annotations;
    this.table = rows.table();
  }

  /** Reports what leads nowhere. Images and categories must have been settled. */
  void check() {
    checkIds();
    if (parsed.isUsable("images")) {
      checkImages();
    }
    if (parsed.isUsable("categories")) {
      checkCategories();
    }
  }

  private void checkIds() {
    index =
        RowIndex.of(
            table.ids,
            rows.withoutId(),
            (row, earlier) -> {
              error(
                  row,
                  "id",
                  IssueCode.ID_DUPLICATE,
                  "annotation id "
                      + table.ids.get(row)
                      + " is already used by /annotations/"
                      + earlier);
            });
  }

  private void checkImages() {
    int[] imageRows = new int[rows.imageIds().size()];
    for (int i = 0; i < imageRows.length; i++) {
      imageRows[i] = parsed.images.ids().row(rows.imageIds().key(i));
    }
    for (int row = 0; row < table.size(); row++) {
      int reference = table.images.get(row);
      if (reference == AnnotationTable.NONE) {
        continue;
      }
      int image = imageRows[reference];
      if (image == IdTable.UNKNOWN) {
        error(
            row,
            "image_id",
            IssueCode.REF_IMAGE,
            "image " + rows.imageIds().key(reference) + " does not exist");
      } else if (image == IdTable.REFUSED) {
        orphans.set(row);
      }
      table.images.set(row, image);
    }
  }

  private void checkCategories() {
    int[] categoryRows = new int[table.categoryIds.size()];
    for (int i = 0; i < categoryRows.length; i++) {
      categoryRows[i] = parsed.categories.ids().row(table.categoryIds.key(i));
    }
    for (int row = 0; row < table.size(); row++) {
      int number = table.categories.get(row);
      if (number == AnnotationTable.NONE || categoryRows[number] >= 0) {
        continue;
      }
      if (categoryRows[number] == IdTable.UNKNOWN) {
        long id = table.categoryIds.key(number);
        error(row, "category_id", IssueCode.REF_CATEGORY, "category " + id + " does not exist");
      } else {
        orphans.set(row);
      }
    }
  }

  /** Warns of masks that are not of their image's size. Images are those of the data set. */
  void checkMasks(List<Image> images) {
    IntColumn masks = rows.masks();
    for (int i = 0; i < masks.size(); i += 3) {
      int imageRow = table.images.get(masks.get(i));
      if (imageRow < 0) {
        continue;
      }
      Image image = images.get(imageRow);
      int height = masks.get(i + 1);
      int width = masks.get(i + 2);
      if (image.width() > 0
          && image.height() > 0
          && (image.width() != width || image.height() != height)) {
        findings.warn(
            IssueCode.SEG_RLE,
            TABLE.item(masks.get(i)).key("segmentation"),
            "mask size ["
                + height
                + ", "
                + width
                + "] differs from the image size ["
                + image.height()
                + ", "
                + image.width()
                + "]");
      }
    }
  }

  /**
   * Reports keypoints of categories that do not exist. Distinct references are few and mostly
   * right; only if one is wrong are the rows read again to say where.
   */
  void checkKeypoints(KeypointNames names, Source source, Limits limits) throws IOException {
    Set<Object> unknown = new HashSet<>(rows.keypointReferences());
    unknown.removeIf(names::isKnown);
    for (int row = 0; row < table.size() && !unknown.isEmpty(); row++) {
      int offset = AnnotationTable.at(table.keypoints, row);
      if (offset == 0) {
        continue;
      }
      byte[] bytes = source.read(table.starts.get(row) + offset, table.lengths.get(row) - offset);
      Where where = TABLE.item(row).key("keypoints");
      JsonCursor cursor = new JsonCursor(new JsonScanner(bytes, limits), findings);
      try {
        cursor.next();
        boolean columns = cursor.at(Token.START_OBJECT);
        RawKeypoints raw = KeypointsReader.read(cursor, where);
        report(row, where, raw, unknown, columns);
      } catch (BadValue e) {
        throw new IOException("the manifest changed while it was being read", e);
      }
    }
  }

  private void report(
      int row, Where where, RawKeypoints raw, Set<Object> unknown, boolean columns) {
    for (int i = 0; !raw.inCategoryOrder() && i < raw.size(); i++) {
      Object reference = raw.references()[i];
      if (unknown.contains(reference)) {
        String member = reference instanceof Long ? "keypoint_category_id" : "keypoint_category";
        Where at = columns ? where.key(member).item(i) : where.item(i).key(member);
        String name =
            reference instanceof Long ? reference.toString() : JsonCursor.quote((String) reference);
        findings.error(
            IssueCode.REF_KEYPOINT_CATEGORY, at, "keypoint category " + name + " does not exist");
        refuse(row);
      }
    }
  }

  private void error(int row, String member, IssueCode code, String message) {
    findings.error(code, TABLE.item(row).key(member), message);
    refuse(row);
  }

  private void refuse(int row) {
    if (!rows.bad().get(row)) {
      rows.bad().set(row);
      rows.refuseLater();
    }
  }

  /** Rows by id, once the refused ones are out. */
  RowIndex index() {
    return index;
  }

  /** Takes out the rows that are refused, and those whose image or category is. */
  Table removeRefused() {
    orphans.andNot(rows.bad());
    BitSet out = (BitSet) orphans.clone();
    out.or(rows.bad());
    if (!out.isEmpty()) {
      int kept = 0;
      for (int row = out.nextClearBit(0); row < table.size(); row = out.nextClearBit(row + 1)) {
        table.move(row, kept++);
      }
      table.truncate(kept);
      index = RowIndex.of(table.ids, new BitSet(), (row, earlier) -> {});
    }
    return new Table("annotations", rows.rows(), rows.refused(), orphans.cardinality());
  }
}
