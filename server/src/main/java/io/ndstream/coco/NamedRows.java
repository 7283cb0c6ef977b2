package io.ndstream.coco;

import java.io.IOException;

/** The part that categories, keypoint categories, videos, images and tracks share: id and name. */
abstract class NamedRows extends RowReader {
  private final String noun;
  private final IdTable ids;
  private final NameTable names;
  private Long id;
  private boolean badId;
  private String name;
  private boolean badName;

  NamedRows(Findings findings, String table, String noun) {
    super(findings);
    this.noun = noun;
    this.ids = new IdTable(table, noun);
    this.names = new NameTable(table, noun + " name");
  }

  final IdTable ids() {
    return ids;
  }

  final long id() {
    return id;
  }

  final String name() {
    return name;
  }

  /** What to say about a row without a name. */
  abstract void nameMissing(Where where);

  /** Takes the other members. */
  abstract boolean other(JsonCursor cursor, String member, Where where)
      throws IOException, BadValue;

  /** Checks the row and keeps it if there are no more errors than {@code before}. */
  abstract void keep(JsonCursor cursor, int index, Where where, long before);

  /** Forgets the members of the last row; the cursor stands on the start of the new one. */
  abstract void clear(JsonCursor cursor);

  @Override
  final void begin(JsonCursor cursor, Where where) {
    id = null;
    name = null;
    badId = false;
    badName = false;
    clear(cursor);
  }

  @Override
  final boolean member(JsonCursor cursor, String member, Where where) throws IOException, BadValue {
    if (member.equals("id")) {
      badId = true;
      id = Integers.member(cursor, where, member, IssueCode.ID_TYPE);
      badId = false;
      return true;
    }
    if (member.equals("name")) {
      badName = true;
      name = Names.read(cursor, where.key(member), member, findings);
      badName = false;
      return true;
    }
    return other(cursor, member, where);
  }

  @Override
  final void end(JsonCursor cursor, int index, Where where, long before) {
    if (id != null) {
      ids.add(findings, id, index, where);
    } else if (!badId) {
      idMissing(where);
    }
    if (name != null) {
      String repeated = names.repeated(name, index);
      if (repeated != null) {
        nameRepeated(where, repeated);
      }
    } else if (!badName) {
      nameMissing(where);
    }
    keep(cursor, index, where, before);
  }

  void nameRepeated(Where where, String message) {
    findings.error(IssueCode.NAME_DUPLICATE, where.key("name"), message);
  }

  void idMissing(Where where) {
    findings.error(IssueCode.ID_MISSING, where.key("id"), noun + " has no id");
  }
}
