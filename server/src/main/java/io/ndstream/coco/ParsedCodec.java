package io.ndstream.coco;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of what is known of a manifest. Every write has its read below it; a change of
 * either raises the version of the cache.
 */
final class ParsedCodec {
  private ParsedCodec() {}

  static void write(Parsed parsed, CacheWriter out) throws IOException {
    writeReport(parsed.report(), out);
    out.putLong(parsed.sums().length());
    out.putText(parsed.sums().fingerprint());
    out.putColumn(parsed.sums().sums());
    writeTables(parsed.tables(), out);
    writeAnnotations(parsed.annotations(), out);
    out.putInts(parsed.index().slots());
    out.putInts(parsed.groups().firsts());
    out.putInts(parsed.groups().rows());
  }

  static Parsed read(CacheReader in) throws IOException {
    Report report = readReport(in);
    long length = in.getLong();
    String fingerprint = in.getText();
    BlockSums sums = new BlockSums(length, in.getIntColumn(), fingerprint);
    ColumnarDataset.Tables tables = readTables(in);
    AnnotationTable annotations = readAnnotations(in);
    RowIndex index = new RowIndex(annotations.ids, in.getInts());
    RowGroups groups = new RowGroups(in.getInts(), in.getInts());
    return new Parsed(report, sums, tables, annotations, index, groups);
  }

  private static void writeReport(Report report, CacheWriter out) throws IOException {
    out.putInt(report.issues().size());
    for (Issue issue : report.issues()) {
      out.putText(issue.code().name());
      out.putText(issue.severity().name());
      out.putText(issue.where());
      out.putText(issue.message());
    }
    out.putInt(report.totals().size());
    for (Report.Total total : report.totals()) {
      out.putText(total.code().name());
      out.putText(total.severity().name());
      out.putLong(total.count());
    }
    out.putInt(report.tables().size());
    for (Report.Table table : report.tables()) {
      out.putText(table.name());
      out.putLong(table.rows());
      out.putLong(table.refused());
      out.putLong(table.orphaned());
    }
  }

  private static Report readReport(CacheReader in) throws IOException {
    List<Issue> issues = new ArrayList<>();
    for (int i = in.getCount(16); i > 0; i--) {
      IssueCode code = IssueCode.valueOf(in.getText());
      issues.add(new Issue(code, Severity.valueOf(in.getText()), in.getText(), in.getText()));
    }
    List<Report.Total> totals = new ArrayList<>();
    for (int i = in.getCount(16); i > 0; i--) {
      IssueCode code = IssueCode.valueOf(in.getText());
      totals.add(new Report.Total(code, Severity.valueOf(in.getText()), in.getLong()));
    }
    List<Report.Table> tables = new ArrayList<>();
    for (int i = in.getCount(28); i > 0; i--) {
      tables.add(new Report.Table(in.getText(), in.getLong(), in.getLong(), in.getLong()));
    }
    return new Report(issues, totals, tables);
  }

  private static void writeTables(ColumnarDataset.Tables tables, CacheWriter out)
      throws IOException {
    out.putInt(tables.categories().size());
    for (Category category : tables.categories()) {
      out.putLong(category.id());
      out.putText(category.name());
      out.putText(category.supercategory());
      out.putTexts(category.keypoints());
    }
    out.putInt(tables.keypointCategories().size());
    for (KeypointCategory category : tables.keypointCategories()) {
      out.putLong(category.id());
      out.putText(category.name());
      out.putText(category.supercategory());
      out.putInt(category.reflectionId() == null ? 0 : 1);
      out.putLong(category.reflectionId() == null ? 0 : category.reflectionId());
    }
    out.putInt(tables.videos().size());
    for (Video video : tables.videos()) {
      out.putLong(video.id());
      out.putText(video.name());
      out.putInt(video.width());
      out.putInt(video.height());
      out.putInts(video.frames().stream().mapToInt(Integer::intValue).toArray());
    }
    ImageCodec.write(tables.images(), out);
    out.putLong(tables.tracks());
    out.putColumn(tables.imageStarts());
    out.putColumn(tables.imageLengths());
  }

  private static ColumnarDataset.Tables readTables(CacheReader in) throws IOException {
    List<Category> categories = new ArrayList<>();
    for (int i = in.getCount(20); i > 0; i--) {
      categories.add(new Category(in.getLong(), in.getText(), in.getText(), in.getTexts()));
    }
    List<KeypointCategory> keypointCategories = new ArrayList<>();
    for (int i = in.getCount(28); i > 0; i--) {
      long id = in.getLong();
      String name = in.getText();
      String parent = in.getText();
      boolean reflected = in.getInt() == 1;
      long partner = in.getLong();
      keypointCategories.add(
          new KeypointCategory(id, name, parent, reflected ? (Long) partner : null));
    }
    List<Video> videos = new ArrayList<>();
    for (int i = in.getCount(24); i > 0; i--) {
      videos.add(
          new Video(in.getLong(), in.getText(), in.getInt(), in.getInt(), boxed(in.getInts())));
    }
    List<Image> images = ImageCodec.read(in);
    return new ColumnarDataset.Tables(
        categories,
        keypointCategories,
        videos,
        images,
        in.getLong(),
        in.getLongs(),
        in.getIntColumn());
  }

  private static List<Integer> boxed(int[] values) {
    List<Integer> list = new ArrayList<>(values.length);
    for (int value : values) {
      list.add(value);
    }
    return list;
  }

  private static void writeAnnotations(AnnotationTable table, CacheWriter out) throws IOException {
    out.putColumn(table.ids);
    out.putColumn(table.images);
    out.putColumn(table.categories);
    out.putColumn(table.boxes);
    out.putColumn(table.starts);
    out.putColumn(table.lengths);
    out.putColumn(table.segmentations);
    out.putColumn(table.keypoints);
    out.putColumn(table.tracks);
    writeIndex(table.categoryIds, out);
    writeIndex(table.trackIds.integers(), out);
    out.putTexts(table.trackIds.texts());
  }

  private static AnnotationTable readAnnotations(CacheReader in) throws IOException {
    AnnotationTable table =
        new AnnotationTable(
            in.getLongs(),
            in.getIntColumn(),
            in.getIntColumn(),
            in.getDoubles(),
            in.getLongs(),
            in.getIntColumn(),
            in.getIntColumn(),
            in.getIntColumn(),
            in.getIntColumn());
    LongColumn categories = in.getLongs();
    for (int i = 0; i < categories.size(); i++) {
      table.categoryIds.add(categories.get(i));
    }
    LongColumn integers = in.getLongs();
    for (int i = 0; i < integers.size(); i++) {
      table.trackIds.add(integers.get(i));
    }
    for (String text : in.getTexts()) {
      table.trackIds.add(text);
    }
    return table;
  }

  private static void writeIndex(LongIndex index, CacheWriter out) throws IOException {
    out.putInt(index.size());
    for (int i = 0; i < index.size(); i++) {
      out.putLong(index.key(i));
    }
  }
}
