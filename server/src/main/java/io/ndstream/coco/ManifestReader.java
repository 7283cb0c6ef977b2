package io.ndstream.coco;

import io.ndstream.coco.Report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one manifest: the pass over the document, the checks across tables, the finished data set.
 */
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

  /**
   * @param cache where the result is kept, or null
   * @param identity of the file before it was opened
   */
  Reading read(ParsedCache cache, FileIdentity identity) throws IOException {
    boolean settled = identity.isSettled(System.currentTimeMillis());
    Container container;
    try {
      container = Container.open(path, options.limits());
    } catch (FatalInput e) {
      findings.fatal(e.code(), Where.ROOT, e.getMessage());
      return new Reading(findings.report(List.of()), null);
    }
    Parsed fresh = null;
    try {
      parsed.parse(container.input());
      Source source = findings.hasFatal() ? null : container.toSource();
      fresh = assemble(source);
      if (fresh == null) {
        return new Reading(findings.report(tables), null);
      }
      if (cache != null && settled && identity.equals(FileIdentity.of(path))) {
        cache.store(identity, fresh, container.isPlain() ? null : source);
      }
      return new Reading(fresh.report(), fresh.open(path, source, options.limits()));
    } finally {
      if (fresh == null) {
        container.close();
      }
    }
  }

  /** Null if there is something fatal, or an error in strict mode. */
  private Parsed assemble(Source source) throws IOException {
    List<Category> categories = parsed.categories.finish();
    List<KeypointCategory> keypointCategories = parsed.keypointCategories.finish();
    FileNames names = new FileNames(bundle, options.paths());
    if (parsed.imgRoot() != null) {
      names.useRoot(parsed.imgRoot());
    }
    ImageTable images = new ImageTable(parsed, names);
    images.build();
    if (!parsed.isComplete()) {
      return null;
    }
    References references = new References(parsed);
    references.check();
    if (source == null) {
      return null;
    }
    references.checkMasks(images.images());
    references.checkKeypoints(
        new KeypointNames(categories, keypointCategories), source, options.limits());
    tables = tables(references.removeRefused());
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
    AnnotationTable annotations = parsed.annotations.table();
    RowGroups groups = RowGroups.of(annotations, small.images().size());
    return new Parsed(
        findings.report(tables), source.sums(), small, annotations, references.index(), groups);
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
