package io.ndstream.toy;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.geom.Window;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import io.ndstream.raster.RasterWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** A directory being filled: rows of the manifest, and the files they name. */
final class Bundle {
  static final String MANIFEST = "data.kwcoco.json";

  private static final List<String> KEYPOINTS =
      List.of("left_eye", "right_eye", "top_tip", "mid_tip", "bot_tip");
  private static final Map<String, Integer> REFLECTIONS = Map.of("left_eye", 2, "right_eye", 1);

  private final Path directory;
  private final Map<String, List<Map<String, Object>>> rows = new LinkedHashMap<>();
  private final List<Runnable> drawings = new ArrayList<>();

  Bundle(Path directory) {
    this.directory = directory;
    for (String table :
        List.of("categories", "keypoint_categories", "videos", "tracks", "images", "annotations")) {
      rows.put(table, new ArrayList<>());
    }
    for (int i = 0; i < KEYPOINTS.size(); i++) {
      Map<String, Object> row = row("keypoint_categories", i + 1);
      row.put("name", KEYPOINTS.get(i));
      row.put("reflection_id", REFLECTIONS.get(KEYPOINTS.get(i)));
    }
  }

  /** Adds a row to a table; the caller fills it. */
  Map<String, Object> row(String table, int id) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    rows.get(table).add(row);
    return row;
  }

  int size(String table) {
    return rows.get(table).size();
  }

  /** Adds the annotation of a thing in an image; keypoints and outline follow from its box. */
  Map<String, Object> annotation(int imageId, int categoryId, Thing thing) {
    Map<String, Object> row = row("annotations", size("annotations") + 1);
    Box box = thing.box();
    row.put("image_id", imageId);
    row.put("category_id", categoryId);
    row.put("bbox", decimals(new double[] {box.left(), box.top(), box.width(), box.height()}, 3));
    Map<String, Object> polygon = new LinkedHashMap<>();
    polygon.put("exterior", points(thing.shape().exterior(box)));
    polygon.put("interiors", thing.shape().interiors(box).stream().map(Bundle::points).toList());
    row.put("segmentation", List.of(polygon));
    row.put(
        "keypoints",
        thing.shape().keypoints().stream().map(keypoint -> keypoint(keypoint, box)).toList());
    if (thing.track() > 0) {
      row.put("track_id", thing.track());
    }
    return row;
  }

  private static Map<String, Object> keypoint(ToyShape.Keypoint keypoint, Box box) {
    Map<String, Object> row = new LinkedHashMap<>();
    double[] xy = {
      box.left() + keypoint.x() * box.width(), box.top() + keypoint.y() * box.height()
    };
    row.put("xy", decimals(xy, 3));
    row.put("keypoint_category_id", KEYPOINTS.indexOf(keypoint.name()) + 1);
    return row;
  }

  /** Stem of the files of an image. */
  static String fileName(int imageId) {
    return String.format(Locale.ROOT, "img_%05d", imageId);
  }

  /** An entry of an image's auxiliary files. */
  static Map<String, Object> asset(
      String file, String channels, int width, int height, Affine imageFromAsset) {
    Map<String, Object> asset = new LinkedHashMap<>();
    asset.put("file_name", file);
    asset.put("channels", channels);
    asset.put("width", width);
    asset.put("height", height);
    asset.put("warp_aux_to_img", affine(imageFromAsset));
    return asset;
  }

  /** A matrix as kwcoco writes it. */
  static Map<String, Object> affine(Affine map) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("type", "affine");
    if (!map.equals(Affine.IDENTITY)) {
      row.put(
          "matrix",
          List.of(
              decimals(new double[] {map.a11(), map.a12(), map.tx()}, 9),
              decimals(new double[] {map.a21(), map.a22(), map.ty()}, 9),
              List.of(0, 0, 1)));
    }
    return row;
  }

  /** The map whose entries are what {@link #affine} writes. */
  static Affine rounded(Affine map) {
    return new Affine(
        nano(map.a11()),
        nano(map.a12()),
        nano(map.tx()),
        nano(map.a21()),
        nano(map.a22()),
        nano(map.ty()));
  }

  private static double nano(double value) {
    return JsonText.decimal(value, 9).doubleValue();
  }

  /** Adds a file; its picture is drawn when the bundle is finished. */
  void draw(String name, DType dtype, Supplier<Picture> picture) {
    drawings.add(() -> write(directory.resolve(name), dtype, picture.get()));
  }

  private void write(Path file, DType dtype, Picture picture) {
    RasterSpec.Format format =
        file.toString().endsWith(".png") ? RasterSpec.Format.PNG : RasterSpec.Format.GTIFF;
    RasterSpec spec =
        RasterSpec.of(format, picture.width(), picture.height(), picture.bands(), dtype)
            .withCompression("DEFLATE", 2);
    attempt(() -> Files.createDirectories(file.getParent()));
    try (RasterWriter writer = RasterWriter.create(file, spec)) {
      writer.write(new Window(0, 0, picture.width(), picture.height()), picture.toBytes(dtype));
      writer.commit();
    }
  }

  /** Draws all files, several at a time, then writes the manifest: it is there when all is. */
  void finish() {
    drawings.parallelStream().forEach(Runnable::run);
    Path draft = directory.resolve(MANIFEST + ".new");
    attempt(() -> Files.writeString(draft, JsonText.of(rows)));
    attempt(() -> Files.move(draft, directory.resolve(MANIFEST)));
  }

  private void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.DISK_FULL, "directory", directory, "detail", e);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static List<List<BigDecimal>> points(double[] xy) {
    List<List<BigDecimal>> points = new ArrayList<>();
    for (int i = 0; i < xy.length; i += 2) {
      points.add(decimals(new double[] {xy[i], xy[i + 1]}, 3));
    }
    return points;
  }

  private static List<BigDecimal> decimals(double[] values, int places) {
    List<BigDecimal> decimals = new ArrayList<>();
    for (double value : values) {
      decimals.add(JsonText.decimal(value, places));
    }
    return decimals;
  }
}
