package io.ndstream.coco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code videos}. Their frames are known only when all images are. */
final class VideoRows extends NamedRows {
  private final List<Video> kept = new ArrayList<>();
  private int width;
  private int height;

  VideoRows(Findings findings) {
    super(findings, "videos", "video");
  }

  @Override
  void clear(JsonCursor cursor) {
    width = 0;
    height = 0;
  }

  @Override
  boolean other(JsonCursor cursor, String member, Where where) throws IOException, BadValue {
    if (member.equals("width")) {
      width = Integers.size(cursor, where, member);
      return true;
    }
    if (member.equals("height")) {
      height = Integers.size(cursor, where, member);
      return true;
    }
    return false;
  }

  @Override
  void nameMissing(Where where) {
    findings.warn(IssueCode.NAME_MISSING, where.key("name"), "video has no name");
  }

  @Override
  void keep(JsonCursor cursor, int index, Where where, long before) {
    if (findings.errors() == before) {
      ids().keep(id(), kept.size());
      kept.add(new Video(id(), name(), width, height, List.of()));
    }
  }

  /** The declared videos, without frames. */
  List<Video> finish() {
    return kept;
  }
}
