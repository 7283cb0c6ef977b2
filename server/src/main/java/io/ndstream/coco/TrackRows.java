package io.ndstream.coco;

/** Reads {@code tracks}: only ids and names matter here, the rest is metadata. */
final class TrackRows extends NamedRows {
  TrackRows(Findings findings) {
    super(findings, "tracks", "track");
  }

  @Override
  void clear(JsonCursor cursor) {}

  @Override
  boolean other(JsonCursor cursor, String member, Where where) {
    return false;
  }

  @Override
  void idMissing(Where where) {
    findings.warn(IssueCode.ID_MISSING, where.key("id"), "track has no id");
  }

  @Override
  void nameRepeated(Where where, String message) {
    findings.warn(IssueCode.NAME_DUPLICATE, where.key("name"), message);
  }

  @Override
  void nameMissing(Where where) {}

  @Override
  void keep(JsonCursor cursor, int index, Where where, long before) {}
}
