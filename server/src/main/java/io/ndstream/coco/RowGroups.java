package io.ndstream.coco;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Annotation rows by image, ascending by annotation id in each.
 *
 * @param firsts position of each image's first row in {@code rows}; one more entry at the end
 * @param rows null if row r stands at position r, as in files sorted by image and id
 */
record RowGroups(int[] firsts, int[] rows) {

  static RowGroups of(AnnotationTable table, int images) {
    int[] firsts = new int[images + 1];
    for (int row = 0; row < table.size(); row++) {
      firsts[table.images.get(row) + 1]++;
    }
    for (int image = 0; image < images; image++) {
      firsts[image + 1] += firsts[image];
    }
    return inOrder(table)
        ? new RowGroups(firsts, null)
        : new RowGroups(firsts, sorted(table, firsts));
  }

  private static boolean inOrder(AnnotationTable table) {
    for (int row = 1; row < table.size(); row++) {
      int step = Integer.compare(table.images.get(row - 1), table.images.get(row));
      if (step > 0 || step == 0 && table.ids.get(row - 1) > table.ids.get(row)) {
        return false;
      }
    }
    return true;
  }

  private static int[] sorted(AnnotationTable table, int[] firsts) {
    int[] rows = new int[table.size()];
    int[] next = firsts.clone();
    for (int row = 0; row < rows.length; row++) {
      rows[next[table.images.get(row)]++] = row;
    }
    for (int image = 0; image + 1 < firsts.length; image++) {
      sort(table, rows, firsts[image], firsts[image + 1]);
    }
    return rows;
  }

  private static void sort(AnnotationTable table, int[] rows, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (table.ids.get(rows[i - 1]) > table.ids.get(rows[i])) {
        List<Integer> byId =
            Arrays.stream(rows, from, to)
                .boxed()
                .sorted(Comparator.comparingLong(table.ids::get))
                .toList();
        for (int j = from; j < to; j++) {
          rows[j] = byId.get(j - from);
        }
        return;
      }
    }
  }

  int[] of(int image) {
    int from = firsts[image];
    int to = firsts[image + 1];
    if (rows != null) {
      return Arrays.copyOfRange(rows, from, to);
    }
    int[] group = new int[to - from];
    for (int i = 0; i < group.length; i++) {
      group[i] = from + i;
    }
    return group;
  }
}
