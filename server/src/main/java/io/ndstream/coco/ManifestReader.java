package io.ndstream.coco;

import io.ndstream.coco.Report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Reads one manifest: the pass over the document, the checks across tables, the finished data set. */
final class ManifestReader {
  private final Path path;
  private final Path bundle;
  private final OpenOptions options;
  private final Findings findings;
  private final ManifestParser parsed;
  private List<Table> tables = List.of();

  ManifestReader(Path path, OpenOptions options) {
    this.path = path;
    this.bundle = path.getParent();
    this.options = options;
    this.findings = new Findings(options.maxIssues(), options.keepDegenerate());
    this.parsed = new ManifestParser(findings, options.limits());
  }

  Reading read() throws IOException {
    Container container;
    try {
      container = Container.open(path, options.limits());
    } catch (FatalInput e) {
      findings.fatal(e.code(), Where.ROOT, e.getMessage());
      return new Reading(findings.report(List.of()), null);
    }
    Source source = null;
    Dataset dataset = null;
    try {
      parsed.parse(container.input());
      source = findings.hasFatal() ? null : container.toSource();
      dataset = assemble(source);
      return new Reading(findings.report(tables), dataset);
    } finally {
      if (dataset == null) {
        container.close();
      }
    }
  }

  /** Null if there is something fatal, or an error in strict mode. */
  private Dataset assemble(Source source) throws IOException {
    List<Category> categories = parsed.categories.finish();
    List<KeypointCategory> keypointCategories = parsed.keypointCategories.finish();
    FileNames names = new FileNames(bundle, options.paths());
    if (parsed.imgRoot() != null) {
      names.useRoot(parsed.imgRoot());
    }
    ImageTable images = new ImageTable(parsed, names);
    images.build();
    if (source == null) {
      return null;
    }
    KeypointNames keypointNames = new KeypointNames(categories, keypointCategories);
    References references = new References(parsed);
    references.check();
    references.checkMasks(images.images());
    references.checkKeypoints(keypointNames, source, options.limits());
    Table annotationRows = references.removeRefused();
    tables = tables(annotationRows);
    if (findings.errors() > 0 && !options.lenient()) {
      return null;
    }
    ColumnarDataset.Tables small =
        new ColumnarDataset.Tables(
            categories,
            keypointCategories,
            images.videos(),
            images.images(),
            parsed.tracks.rows() - parsed.tracks.refused(),
            images.starts(),
            images.lengths());
    return dataset(source, small, keypointNames);
  }

  private Dataset dataset(Source source, ColumnarDataset.Tables small, KeypointNames names) {
    AnnotationTable table = parsed.annotations.table();
    RowIndex index = RowIndex.of(table.ids, new BitSet(), (row, earlier) -> {});
    int[][] groups = ColumnarAnnotations.group(table, small.images().size());
    Category[] categories = new Category[table.categoryIds.size()];
    for (Category category : small.categories()) {
      int number = table.categoryIds.find(category.id());
      if (number >= 0) {
        categories[number] = category;
      }
    }
    ColumnarAnnotations annotations =
        new ColumnarAnnotations(table, index, groups, source, options.limits(), names, categories);
    return new ColumnarDataset(path, bundle, source, small, annotations);
  }

  private List<Table> tables(Table annotationRows) {
    List<Table> counts = new ArrayList<>();
    counts.add(count("categories", parsed.categories));
    counts.add(count("keypoint_categories", parsed.keypointCategories));
    counts.add(count("videos", parsed.videos));
    counts.add(count("images", parsed.images));
    counts.add(count("tracks", parsed.tracks));
    counts.add(annotationRows);
    return counts;
  }

  private static Table count(String name, RowReader rows) {
    return new Table(name, rows.rows(), rows.refused(), 0);
  }
}
