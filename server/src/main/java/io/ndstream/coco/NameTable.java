package io.ndstream.coco;

import java.util.HashMap;
import java.util.Map;

/** The names of a table and the rows of the file that have them first. */
final class NameTable {
  private final String table;
  private final String what;
  private final Map<String, Integer> rows = new HashMap<>();

  /**
   * @param table name in the file
   * @param what the member, for messages
   */
  NameTable(String table, String what) {
    this.table = table;
    this.what = what;
  }

  /** Notes a name; null if it is new, else what to say about it. */
  String repeated(String name, int fileRow) {
    Integer earlier = rows.putIfAbsent(name, fileRow);
    return earlier == null
        ? null
        : what + " " + JsonCursor.quote(name) + " is already used by /" + table + "/" + earlier;
  }
}
