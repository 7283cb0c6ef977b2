package io.ndstream.coco;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * One pass over the document: hands every row to the reader of its table. Tables come in any order.
 */
final class ManifestParser {
  final Findings findings;
  final CategoryRows categories;
  final KeypointCategoryRows keypointCategories;
  final VideoRows videos;
  final ImageRows images;
  final TrackRows tracks;
  final AnnotationRows annotations;
  private final Limits limits;
  private final Set<String> unusable = new HashSet<>();
  private String imgRoot;
  private boolean complete;
  private Where current = Where.ROOT;

  ManifestParser(Findings findings, Limits limits) {
    this.findings = findings;
    this.limits = limits;
    categories = new CategoryRows(findings);
    keypointCategories = new KeypointCategoryRows(findings);
    videos = new VideoRows(findings);
    images = new ImageRows(findings);
    tracks = new TrackRows(findings);
    annotations = new AnnotationRows(findings);
  }

  /** Whether the document was read to its end. */
  boolean isComplete() {
    return complete;
  }

  /** Whether a table was read as a whole, so that what it lacks does not exist. */
  boolean isUsable(String table) {
    return complete && !unusable.contains(table);
  }

  /** {@code img_root}, or null. */
  String imgRoot() {
    return imgRoot;
  }

  /**
   * Reads the document.
   *
   * @throws IOException if the file cannot be read; anything wrong with its content is a finding
   */
  void parse(ManifestInput input) throws IOException {
    try {
      int mark = input.skipMark();
      if (mark > 0) {
        findings.warn(IssueCode.ENCODING, Where.ROOT, "starts with a byte order mark");
      }
      document(input, mark);
    } catch (FatalInput e) {
      boolean inside = e.code() == IssueCode.DEPTH || e.code() == IssueCode.NUMBER_RANGE;
      findings.fatal(e.code(), inside ? current : Where.ROOT, e.getMessage());
    }
  }

  private void document(InputStream in, int skipped) throws IOException {
    JsonCursor cursor = new JsonCursor(new JsonScanner(in, skipped, limits), findings);
    Token first = cursor.next();
    if (first == null) {
      findings.fatal(IssueCode.JSON_SYNTAX, Where.ROOT, "the file is empty");
    } else if (first != Token.START_OBJECT) {
      findings.fatal(
          IssueCode.ROOT_TYPE,
          Where.ROOT,
          "the top level must be an object, found " + cursor.kind());
    } else {
      members(cursor);
      cursor.next();
      complete = true;
    }
  }

  private void members(JsonCursor cursor) throws IOException {
    Keys keys = new Keys();
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      current = Where.ROOT.key(name);
      RowReader table = table(name);
      if (!keys.add(name)) {
        findings.fatal(
            IssueCode.KEY_DUPLICATE, current, "key " + JsonCursor.quote(name) + " appears twice");
        unusable.add(name);
        cursor.skip(current);
      } else if (table != null) {
        readTable(cursor, table, name);
      } else if (name.equals("img_root")) {
        readRoot(cursor);
      } else {
        cursor.skip(current);
      }
    }
  }

  private RowReader table(String name) {
    switch (name) {
      case "categories":
        return categories;
      case "keypoint_categories":
        return keypointCategories;
      case "videos":
        return videos;
      case "images":
        return images;
      case "tracks":
        return tracks;
      case "annotations":
        return annotations;
      default:
        return null;
    }
  }

  private void readTable(JsonCursor cursor, RowReader table, String name) throws IOException {
    if (cursor.at(Token.VALUE_NULL)) {
      findings.warn(IssueCode.TABLE_TYPE, current, name + " is null; treated as empty");
      return;
    }
    if (!cursor.at(Token.START_ARRAY)) {
      findings.fatal(
          IssueCode.TABLE_TYPE, current, name + " must be an array, found " + cursor.kind());
      unusable.add(name);
      cursor.skip(current);
      return;
    }
    for (int index = 0; cursor.nextItem(); index++) {
      if (index == limits.rows()) {
        throw new FatalInput(
            IssueCode.NUMBER_RANGE, name + " has more than " + limits.rows() + " rows");
      }
      Where row = current.item(index);
      if (cursor.at(Token.START_OBJECT)) {
        table.read(cursor, index, row);
      } else {
        findings.error(IssueCode.ROW_TYPE, row, "expected an object, found " + cursor.kind());
        cursor.skip(row);
        table.refuse(index);
      }
    }
  }

  private void readRoot(JsonCursor cursor) throws IOException {
    if (cursor.at(Token.VALUE_STRING) && !cursor.text().isEmpty()) {
      imgRoot = cursor.text();
      findings.warn(
          IssueCode.PATH,
          current,
          "img_root is obsolete; file names are taken below " + JsonCursor.quote(imgRoot));
    } else {
      cursor.skip(current);
    }
  }
}
