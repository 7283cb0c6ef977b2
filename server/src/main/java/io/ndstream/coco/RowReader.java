package io.ndstream.coco;

import java.io.IOException;

/**
 * Reads the rows of one table. A bad member is reported and does not keep the others from being
 * read.
 */
abstract class RowReader {
  final Findings findings;
  private final Keys keys = new Keys();
  private int rows;
  private int refused;

  RowReader(Findings findings) {
    this.findings = findings;
  }

  /** Prepares for a new row. */
  abstract void begin(JsonCursor cursor, Where where);

  /** Takes the member the cursor stands on; false if the name means nothing here. */
  abstract boolean member(JsonCursor cursor, String name, Where where) throws IOException, BadValue;

  /**
   * Checks what needs all members and keeps the row.
   *
   * @param index of the row in the file
   * @param before count of errors before the row
   */
  abstract void end(JsonCursor cursor, int index, Where where, long before);

  /** Reads the object the cursor stands on. */
  final void read(JsonCursor cursor, int index, Where where) throws IOException {
    long before = findings.errors();
    int depth = cursor.depth();
    rows++;
    keys.clear();
    begin(cursor, where);
    for (String name = cursor.nextName(); name != null; name = cursor.nextName()) {
      try {
        boolean fresh = keys.add(name) || cursor.requireNew(keys, name, where.key(name));
        if ((!fresh || !member(cursor, name, where)) && !cursor.token().isScalarValue()) {
          cursor.skip(where.key(name));
        }
      } catch (BadValue bad) {
        findings.error(bad);
        cursor.leave(depth);
      }
    }
    end(cursor, index, where, before);
    refused += findings.errors() == before ? 0 : 1;
  }

  /** Takes a row that is no object. */
  void refuse(int index) {
    rows++;
    refused++;
  }

  /** Counts a row that was kept and is refused after all. */
  final void refuseLater() {
    refused++;
  }

  final boolean had(String name) {
    return keys.contains(name);
  }

  final int rows() {
    return rows;
  }

  final int refused() {
    return refused;
  }
}
