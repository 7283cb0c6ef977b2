package io.ndstream.coco;

/**
 * The ids of a table: which row of the file has an id first, and which row of the data set it
 * became.
 */
final class IdTable {
  static final int UNKNOWN = -2;
  static final int REFUSED = -1;

  private final String table;
  private final String noun;
  private final LongIndex ids = new LongIndex();
  private final IntColumn fileRows = new IntColumn();
  private final IntColumn kept = new IntColumn();

  /**
   * @param table name in the file
   * @param noun one row, for messages
   */
  IdTable(String table, String noun) {
    this.table = table;
    this.noun = noun;
  }

  /** Notes an id; reports one that was there before. */
  void add(Findings findings, long id, int fileRow, Where row) {
    int known = ids.find(id);
    if (known >= 0) {
      findings.error(
          IssueCode.ID_DUPLICATE,
          row.key("id"),
          noun + " id " + id + " is already used by /" + table + "/" + fileRows.get(known));
      return;
    }
    ids.add(id);
    fileRows.add(fileRow);
    kept.add(REFUSED);
  }

  /** Says which row of the data set has an id. */
  void keep(long id, int row) {
    kept.set(ids.find(id), row);
  }

  /** Takes back {@link #keep}. */
  void refuse(long id) {
    keep(id, REFUSED);
  }

  boolean has(long id) {
    return ids.find(id) >= 0;
  }

  /**
   * Row of the data set, {@link #REFUSED} if there was an error, {@link #UNKNOWN} if no row has the
   * id.
   */
  int row(long id) {
    int number = ids.find(id);
    return number < 0 ? UNKNOWN : kept.get(number);
  }
}
