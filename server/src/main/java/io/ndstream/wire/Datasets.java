package io.ndstream.wire;

import io.ndstream.coco.Annotations;
import io.ndstream.coco.Asset;
import io.ndstream.coco.Category;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.coco.KeypointCategory;
import io.ndstream.coco.Video;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Rows of a data set as messages. */
public final class Datasets {
  private Datasets() {}

  /**
   * @param name as the server calls it
   */
  public static io.ndstream.v1.Dataset dataset(String name, Dataset d) {
    return io.ndstream.v1.Dataset.newBuilder()
        .setName(name)
        .setFingerprint(d.fingerprint())
        .setImages(d.images().size())
        .setAnnotations(d.annotations().size())
        .setCategories(d.categories().size())
        .setVideos(d.videos().size())
        .setTracks(d.tracks())
        .setPositives(boxes(d.annotations()))
        .addAllChannels(channels(d))
        .addAllKeypointCategories(keypointClasses(d))
        .addAllClasses(classes(d))
        .build();
  }

  /**
   * The categories in file order, then the classes that only supercategories name, in alphabetical
   * order.
   */
  private static Set<String> classes(Dataset d) {
    Set<String> names = new LinkedHashSet<>();
    d.categories().forEach(category -> names.add(category.name()));
    d.categories().stream()
        .map(Category::supercategory)
        .filter(Objects::nonNull)
        .sorted()
        .forEach(names::add);
    return names;
  }

  /** By id. */
  private static List<String> keypointClasses(Dataset d) {
    return d.keypointCategories().stream()
        .sorted(Comparator.comparingLong(KeypointCategory::id))
        .map(KeypointCategory::name)
        .toList();
  }

  private static long boxes(Annotations annotations) {
    long n = 0;
    for (int row = 0; row < annotations.size(); row++) {
      n += annotations.hasBox(row) ? 1 : 0;
    }
    return n;
  }

  private static TreeSet<String> channels(Dataset d) {
    TreeSet<String> all = new TreeSet<>();
    for (Image image : d.images()) {
      for (Asset asset : image.assets()) {
        if (asset.channels() != null) {
          all.addAll(asset.channels());
        }
      }
    }
    return all;
  }

  public static io.ndstream.v1.Category category(Category c, long annotations) {
    return io.ndstream.v1.Category.newBuilder()
        .setId(c.id())
        .setName(c.name())
        .setSupercategory(c.supercategory() == null ? "" : c.supercategory())
        .addAllKeypoints(c.keypoints())
        .setAnnotations(annotations)
        .build();
  }

  public static io.ndstream.v1.Video video(Dataset d, Video v) {
    return io.ndstream.v1.Video.newBuilder()
        .setId(v.id())
        .setName(v.name() == null ? "" : v.name())
        .setWidth(v.width())
        .setHeight(v.height())
        .addAllImageIds(v.frames().stream().map(row -> d.images().get(row).id()).toList())
        .build();
  }

  public static io.ndstream.v1.Image image(Dataset d, int row, boolean withJson) {
    Image image = d.images().get(row);
    io.ndstream.v1.Image.Builder message =
        io.ndstream.v1.Image.newBuilder()
            .setId(image.id())
            .setName(image.name() == null ? "" : image.name())
            .setWidth(image.width())
            .setHeight(image.height())
            .setSensor(image.sensor() == null ? "" : image.sensor());
    if (image.video() >= 0) {
      message.setVideoId(d.videos().get(image.video()).id()).setFrameIndex(image.frameIndex());
    }
    image.assets().forEach(asset -> message.addAssets(asset(asset)));
    if (withJson) {
      message.setJson(d.imageJson(row));
    }
    return message.build();
  }

  private static io.ndstream.v1.Asset asset(Asset asset) {
    return io.ndstream.v1.Asset.newBuilder()
        .setFileName(asset.fileName())
        .addAllChannels(asset.channels() == null ? List.of() : asset.channels())
        .setWidth(asset.width())
        .setHeight(asset.height())
        .build();
  }

  public static io.ndstream.v1.Annotation annotation(Dataset d, int row, boolean withJson) {
    Annotations a = d.annotations();
    io.ndstream.v1.Annotation.Builder message =
        io.ndstream.v1.Annotation.newBuilder()
            .setId(a.id(row))
            .setImageId(d.images().get(a.image(row)).id());
    if (a.hasCategory(row)) {
      message.setCategoryId(a.categoryId(row));
    }
    if (a.hasBox(row)) {
      message.addBbox(a.x(row)).addBbox(a.y(row)).addBbox(a.width(row)).addBbox(a.height(row));
    }
    if (withJson) {
      message.setJson(a.json(row));
    }
    return message.build();
  }
}
