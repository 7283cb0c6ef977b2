package io.ndstream.wire;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Category;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.Keypoints;
import io.ndstream.coco.ManifestSummary;
import io.ndstream.coco.Quantization;
import io.ndstream.coco.Reading;
import io.ndstream.coco.Report;
import io.ndstream.coco.Segmentation;
import io.ndstream.coco.ShapeSummary;
import io.ndstream.coco.Video;
import io.ndstream.v1.DescribedAnnotation;
import io.ndstream.v1.DescribedAsset;
import io.ndstream.v1.DescribedCategory;
import io.ndstream.v1.DescribedImage;
import io.ndstream.v1.DescribedKeypoint;
import io.ndstream.v1.DescribedQuantization;
import io.ndstream.v1.DescribedShape;
import io.ndstream.v1.DescribedTrack;
import io.ndstream.v1.DescribedVideo;
import io.ndstream.v1.Description;
import io.ndstream.v1.InspectDatasetResponse;
import io.ndstream.v1.Issue;
import io.ndstream.v1.IssueTotal;
import io.ndstream.v1.Severity;
import io.ndstream.v1.TableRows;
import java.util.List;
import java.util.Locale;

/** Reports on manifests as messages. */
public final class Inspections {
  private Inspections() {}

  /**
   * @param maxRows of each table described
   */
  public static InspectDatasetResponse response(Reading reading, int maxRows) {
    InspectDatasetResponse.Builder answer = InspectDatasetResponse.newBuilder();
    report(reading.report(), answer);
    Dataset dataset = reading.dataset();
    if (dataset != null) {
      answer.setOpens(true).setFingerprint(dataset.fingerprint());
      if (maxRows > 0) {
        answer.setDescription(new Describing(dataset, maxRows).describe());
      }
    }
    return answer.build();
  }

  private static void report(Report report, InspectDatasetResponse.Builder answer) {
    for (io.ndstream.coco.Issue issue : report.issues()) {
      answer.addIssues(
          Issue.newBuilder()
              .setCode(issue.code().name())
              .setSeverity(severity(issue.severity()))
              .setWhere(issue.where())
              .setMessage(issue.message()));
    }
    for (Report.Total total : report.totals()) {
      answer.addTotals(
          IssueTotal.newBuilder()
              .setCode(total.code().name())
              .setSeverity(severity(total.severity()))
              .setCount(total.count()));
    }
    for (Report.Table table : report.tables()) {
      answer.addTables(
          TableRows.newBuilder()
              .setName(table.name())
              .setRows(table.rows())
              .setRefused(table.refused())
              .setOrphaned(table.orphaned()));
    }
  }

  private static Severity severity(io.ndstream.coco.Severity severity) {
    return Severity.valueOf("SEVERITY_" + severity.name());
  }

  /** The tables of one data set. */
  private static final class Describing {
    private final Dataset dataset;
    private final int limit;
    private final ManifestSummary summary;
    private final Description.Builder into = Description.newBuilder();

    Describing(Dataset dataset, int limit) {
      this.dataset = dataset;
      this.limit = limit;
      this.summary = new ManifestSummary(dataset);
    }

    Description describe() {
      for (int row = 0; row < rows(dataset.images().size()); row++) {
        into.addImages(image(row));
      }
      for (Video video : first(dataset.videos())) {
        DescribedVideo.Builder described = DescribedVideo.newBuilder().setId(video.id());
        video.frames().forEach(frame -> described.addImageIds(dataset.images().get(frame).id()));
        into.addVideos(described);
      }
      for (Category category : first(dataset.categories())) {
        into.addCategories(category(category));
      }
      for (String track : first(List.copyOf(summary.tracks().keySet()))) {
        into.addTracks(
            DescribedTrack.newBuilder()
                .setId(track)
                .addAllAnnotationIds(summary.tracks().get(track)));
      }
      for (int row = 0; row < rows(dataset.annotations().size()); row++) {
        into.addAnnotations(annotation(row));
      }
      return into.build();
    }

    private int rows(int size) {
      into.setTruncated(into.getTruncated() || size > limit);
      return Math.min(size, limit);
    }

    private <T> List<T> first(List<T> all) {
      return all.subList(0, rows(all.size()));
    }

    private DescribedImage image(int row) {
      Image image = dataset.images().get(row);
      DescribedImage.Builder described =
          DescribedImage.newBuilder()
              .setId(image.id())
              .setWidth(image.width())
              .setHeight(image.height())
              .setVideoFromImage(Tensors.affine(image.videoFromImage()));
      if (image.video() >= 0) {
        described
            .setVideoId(dataset.videos().get(image.video()).id())
            .setFrameIndex(image.frameIndex());
      }
      if (image.sensor() != null) {
        described.setSensor(image.sensor());
      }
      image.assets().forEach(asset -> described.addAssets(asset(asset)));
      for (int annotation : dataset.annotations().ofImage(row)) {
        described.addAnnotationIds(dataset.annotations().id(annotation));
      }
      return described.build();
    }

    private DescribedAsset asset(Asset asset) {
      DescribedAsset.Builder described =
          DescribedAsset.newBuilder()
              .setSource(asset.source().name().toLowerCase(Locale.ROOT))
              .setFileName(asset.fileName())
              .setLocation(asset.location())
              .setKind(ManifestSummary.kind(dataset, asset).name().toLowerCase(Locale.ROOT))
              .setWidth(asset.width())
              .setHeight(asset.height())
              .setNumBands(asset.numBands())
              .setImageFromAsset(Tensors.affine(asset.imageFromAsset()));
      if (asset.channels() != null) {
        described.setHasChannels(true).addAllChannels(asset.channels());
      }
      if (asset.quantization() != null) {
        described.setQuantization(quantization(asset.quantization()));
      }
      return described.build();
    }

    private static DescribedQuantization quantization(Quantization q) {
      DescribedQuantization.Builder described =
          DescribedQuantization.newBuilder()
              .setOrigDtype(q.origDtype())
              .setOrigMin(q.origMin())
              .setOrigMax(q.origMax())
              .setQuantMin(q.quantMin())
              .setQuantMax(q.quantMax());
      if (q.nodata() != null) {
        described.setNodata(q.nodata());
      }
      return described.build();
    }

    private DescribedCategory category(Category category) {
      DescribedCategory.Builder described =
          DescribedCategory.newBuilder()
              .setId(category.id())
              .setName(category.name())
              .setAnnotations(summary.annotationsOf(category));
      String parent = ManifestSummary.parent(category);
      return parent == null ? described.build() : described.setParent(parent).build();
    }

    private DescribedAnnotation annotation(int row) {
      Annotations all = dataset.annotations();
      DescribedAnnotation.Builder described =
          DescribedAnnotation.newBuilder()
              .setId(all.id(row))
              .setImageId(dataset.images().get(all.image(row)).id());
      if (all.hasCategory(row)) {
        described.setCategoryId(all.categoryId(row));
      }
      if (all.hasBox(row)) {
        described
            .addBbox(all.x(row))
            .addBbox(all.y(row))
            .addBbox(all.width(row))
            .addBbox(all.height(row));
      }
      Segmentation shape = all.segmentation(row);
      if (shape != null) {
        described.setSegmentation(shape(ShapeSummary.of(shape)));
      }
      Keypoints points = all.keypoints(row);
      for (int i = 0; points != null && i < points.size(); i++) {
        described.addKeypoints(keypoint(points, i));
      }
      return described.build();
    }

    private static DescribedShape shape(ShapeSummary shape) {
      DescribedShape.Builder described =
          DescribedShape.newBuilder()
              .setForm(shape.form())
              .setParts(shape.parts())
              .setHoles(shape.holes())
              .setArea(shape.area())
              .setCompressed(shape.compressed());
      for (double edge : shape.box()) {
        described.addBbox(edge);
      }
      for (int length : shape.size()) {
        described.addSize(length);
      }
      return described.build();
    }

    private static DescribedKeypoint keypoint(Keypoints points, int i) {
      DescribedKeypoint.Builder described =
          DescribedKeypoint.newBuilder()
              .setX(points.xy()[2 * i])
              .setY(points.xy()[2 * i + 1])
              .setVisible(points.visible()[i]);
      String category = points.categories().get(i);
      return category == null ? described.build() : described.setCategory(category).build();
    }
  }
}
