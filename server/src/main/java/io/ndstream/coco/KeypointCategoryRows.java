package io.ndstream.coco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code keypoint_categories}. */
final class KeypointCategoryRows extends NamedRows {
  private final List<KeypointCategory> kept = new ArrayList<>();
  private String supercategory;
  private Long reflection;

  KeypointCategoryRows(Findings findings) {
    super(findings, "keypoint_categories", "keypoint category");
  }

  @Override
  void clear(JsonCursor cursor) {
    supercategory = null;
    reflection = null;
  }

  @Override
  boolean other(JsonCursor cursor, String member, Where where) throws IOException, BadValue {
    if (member.equals("supercategory")) {
      supercategory = Names.text(cursor, where.key(member), member, IssueCode.NAME_INVALID);
      return true;
    }
    if (member.equals("reflection_id")) {
      reflection = Integers.member(cursor, where, member, IssueCode.ID_TYPE);
      return true;
    }
    return false;
  }

  @Override
  void nameMissing(Where where) {
    findings.error(IssueCode.NAME_MISSING, where.key("name"), "keypoint category has no name");
  }

  @Override
  void keep(JsonCursor cursor, int index, Where where, long before) {
    if (findings.errors() == before) {
      ids().keep(id(), kept.size());
      kept.add(
          new KeypointCategory(
              id(), name(), "".equals(supercategory) ? null : supercategory, reflection));
    }
  }

  List<KeypointCategory> finish() {
    return kept;
  }
}
