package io.ndstream.coco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code categories}. */
final class CategoryRows extends NamedRows {
  private final List<Category> kept = new ArrayList<>();
  private String supercategory;
  private List<String> keypoints = List.of();

  CategoryRows(Findings findings) {
    super(findings, "categories", "category");
  }

  @Override
  void clear(JsonCursor cursor) {
    supercategory = null;
    keypoints = List.of();
  }

  @Override
  boolean other(JsonCursor cursor, String member, Where where) throws IOException, BadValue {
    if (member.equals("supercategory")) {
      supercategory = Names.text(cursor, where.key(member), member, IssueCode.NAME_INVALID);
      return true;
    }
    if (member.equals("keypoints")) {
      keypoints = keypointNames(cursor, where.key(member));
      return true;
    }
    return false;
  }

  private static List<String> keypointNames(JsonCursor cursor, Where where)
      throws IOException, BadValue {
    if (cursor.at(Token.VALUE_NULL)) {
      return List.of();
    }
    if (!cursor.at(Token.START_ARRAY)) {
      throw new BadValue(
          IssueCode.KEYPOINTS,
          where,
          "keypoints must be an array of names, found " + cursor.kind());
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; cursor.nextItem(); i++) {
      if (!cursor.at(Token.VALUE_STRING)) {
        throw new BadValue(
            IssueCode.KEYPOINTS, where.item(i), "expected a name, found " + cursor.kind());
      }
      names.add(cursor.text());
    }
    return names;
  }

  @Override
  void nameMissing(Where where) {
    findings.error(IssueCode.NAME_MISSING, where.key("name"), "category has no name");
  }

  @Override
  void keep(JsonCursor cursor, int index, Where where, long before) {
    if (findings.errors() == before) {
      ids().keep(id(), kept.size());
      kept.add(
          new Category(id(), name(), "".equals(supercategory) ? null : supercategory, keypoints));
    }
  }

  /**
   * The rows without errors. Reports a cycle of parents and cuts it, so that what is left is a
   * forest.
   */
  List<Category> finish() {
    Map<String, Integer> rowOf = new HashMap<>();
    for (int row = 0; row < kept.size(); row++) {
      rowOf.put(kept.get(row).name(), row);
    }
    boolean[] settled = new boolean[kept.size()];
    for (int row = 0; row < kept.size(); row++) {
      Set<Integer> path = new LinkedHashSet<>();
      Integer at = row;
      while (at != null && !settled[at] && path.add(at)) {
        at = parent(rowOf, at);
      }
      if (at != null && path.contains(at)) {
        cut(new ArrayList<>(path), at);
      }
      path.forEach(member -> settled[member] = true);
    }
    return kept;
  }

  private Integer parent(Map<String, Integer> rowOf, int row) {
    Category category = kept.get(row);
    String parent = category.supercategory();
    return parent == null || parent.equals(category.name()) ? null : rowOf.get(parent);
  }

  private void cut(List<Integer> path, int first) {
    List<Integer> cycle = path.subList(path.indexOf(first), path.size());
    StringBuilder text = new StringBuilder("supercategory cycle: ");
    for (int row : cycle) {
      text.append(kept.get(row).name()).append(" -> ");
    }
    findings.error(
        IssueCode.CATEGORY_CYCLE, Where.ROOT.key("categories"), text + kept.get(first).name());
    for (int row : cycle) {
      Category category = kept.get(row);
      kept.set(row, new Category(category.id(), category.name(), null, category.keypoints()));
    }
  }
}
