package io.ndstream.toy;

import io.ndstream.geom.Affine;
import io.ndstream.geom.Box;
import io.ndstream.pixels.DType;
import io.ndstream.toy.ToySpec.Assets;
import io.ndstream.toy.ToySpec.Sensor;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes videos of moving shapes. Ids of images, annotations and tracks count through all videos.
 */
final class VidshapesMaker {
  /**
   * Pixels of the image for one of the asset, a side; channels not named here get a random
   * transform.
   */
  private static final Map<String, Integer> COARSENESS =
      Map.of("B1", 1, "B10", 1, "disparity", 1, "flowx|flowy", 1, "B8a", 3, "B11", 3, "B8", 6);

  /** Seconds from 1970 to 2101. */
  private static final double LAST_TIME = 4_133_980_800.0;

  private final ToySpec.Vidshapes spec;
  private final ToyRandom random;
  private final Bundle bundle;

  VidshapesMaker(ToySpec.Vidshapes spec, Bundle bundle) {
    this.spec = spec;
    this.random = new ToyRandom(spec.seed());
    this.bundle = bundle;
  }

  void make() {
    for (ToyShape shape : ToyShape.values()) {
      Map<String, Object> row = bundle.row("categories", shape.ordinal() + 1);
      row.put("name", shape.label());
      row.put("keypoints", shape.keypoints().stream().map(ToyShape.Keypoint::name).toList());
    }
    for (int video = 1; video <= spec.videos(); video++) {
      makeVideo(video, random.part(video));
    }
    bundle.finish();
  }

  private void makeVideo(int video, ToyRandom own) {
    int width = spec.randomSize() ? 200 + own.below(601) : spec.width();
    int height = spec.randomSize() ? 200 + own.below(601) : spec.height();
    Map<String, Object> row = bundle.row("videos", video);
    row.put("name", "toy_video_" + video);
    row.put("width", width);
    row.put("height", height);
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < spec.tracks(); i++) {
      int id = bundle.size("tracks") + 1;
      bundle.row("tracks", id).put("name", String.format(Locale.ROOT, "track_%03d", id));
      tracks.add(new Track(id, own.part(1000 + i)));
    }
    Flock flock = new Flock(spec.tracks(), spec.maxSpeed(), own.part(1));
    long ground = own.nextLong();
    double[] times = own.part(2).ascending(spec.frames(), LAST_TIME);
    for (int frame = 0; frame < spec.frames(); frame++) {
      Frame made = frame(video, frame, width, height, own.part(100_000 + frame), ground);
      Map<String, Object> image = imageRow(made);
      if (spec.timestamps()) {
        image.put("timestamp", time(times[frame]));
      }
      List<Thing> things = things(tracks, flock, made);
      writeFiles(made, image, things);
      things.forEach(thing -> bundle.annotation(made.imageId, thing.shape().ordinal() + 1, thing));
      flock.step();
      tracks.forEach(Track::step);
    }
  }

  /** A frame before it is drawn. */
  private record Frame(
      int imageId,
      int video,
      int index,
      int width,
      int height,
      Affine videoFromImage,
      Affine videoSize,
      Sensor sensor,
      ToyRandom random,
      long ground) {}

  private Frame frame(
      int video, int index, int videoWidth, int videoHeight, ToyRandom own, long ground) {
    int width = spec.randomSize() ? 200 + own.below(601) : videoWidth;
    int height = spec.randomSize() ? 200 + own.below(601) : videoHeight;
    Affine videoFromImage =
        Bundle.rounded(Affine.scale((double) videoWidth / width, (double) videoHeight / height));
    Sensor sensor =
        spec.sensors().isEmpty() ? null : spec.sensors().get(own.below(spec.sensors().size()));
    return new Frame(
        bundle.size("images") + 1,
        video,
        index,
        width,
        height,
        videoFromImage,
        Affine.scale(videoWidth, videoHeight),
        sensor,
        own,
        ground);
  }

  private Map<String, Object> imageRow(Frame frame) {
    Map<String, Object> row = bundle.row("images", frame.imageId);
    boolean main = hasMainImage();
    row.put("file_name", main ? "_assets/images/" + Bundle.fileName(frame.imageId) + ".png" : null);
    if (main) {
      row.put("channels", "r|g|b");
    } else {
      row.put("name", "generated-" + frame.video + "-" + frame.index);
    }
    row.put("width", frame.width);
    row.put("height", frame.height);
    row.put("video_id", frame.video);
    row.put("frame_index", frame.index);
    row.put("warp_img_to_vid", Bundle.affine(frame.videoFromImage));
    if (frame.sensor != null) {
      // The reference's generator writes the first, its reader looks for the second.
      row.put("sensor", frame.sensor.name());
      row.put("sensor_coarse", frame.sensor.name());
    }
    return row;
  }

  private boolean hasMainImage() {
    return spec.assets() == Assets.NONE || spec.assets() == Assets.AUX;
  }

  /**
   * Boxes on tenths of a pixel of the video, then in the frame's own space; they may reach past the
   * image.
   */
  private List<Thing> things(List<Track> tracks, Flock flock, Frame frame) {
    List<Thing> things = new ArrayList<>();
    for (int i = 0; i < tracks.size(); i++) {
      Track track = tracks.get(i);
      double width = tenth(track.width() * frame.videoSize.a11());
      double height = tenth(track.height() * frame.videoSize.a22());
      double left = tenth(flock.x(i) * frame.videoSize.a11() - width / 2);
      double top = tenth(flock.y(i) * frame.videoSize.a22() - height / 2);
      Box box = frame.videoFromImage.inverse().bounds(Box.ofXywh(left, top, width, height));
      things.add(new Thing(track.shape(), box, track.paint(), track.id()));
    }
    return things;
  }

  private static double tenth(double value) {
    return Math.rint(value * 10) / 10;
  }

  private void writeFiles(Frame frame, Map<String, Object> image, List<Thing> things) {
    double period = Math.max(frame.width, frame.height) / 3.0;
    if (hasMainImage()) {
      bundle.draw(
          (String) image.get("file_name"),
          DType.UINT8,
          () ->
              new Picture(frame.width, frame.height, 3, Affine.IDENTITY)
                  .paintColours(things, frame.ground, period));
    }
    if (frame.sensor != null) {
      image.put(
          "auxiliary",
          frame.sensor.files().stream()
              .map(file -> writeAsset(frame, file, things, period))
              .toList());
    }
  }

  private Map<String, Object> writeAsset(
      Frame frame, String channels, List<Thing> things, double period) {
    List<String> codes = Sensors.codes(channels);
    Affine imageFromAsset = imageFromAsset(channels, frame.random);
    Box extent = imageFromAsset.inverse().bounds(new Box(0, 0, frame.width, frame.height));
    int width = (int) Math.ceil(extent.right() - 1e-6);
    int height = (int) Math.ceil(extent.bottom() - 1e-6);
    String folder = "aux_" + channels.replaceAll("[^A-Za-z0-9_.-]", "-");
    String file = "_assets/auxiliary/" + folder + "/" + Bundle.fileName(frame.imageId) + ".tif";
    DType dtype = channels.startsWith("B") ? DType.UINT16 : DType.UINT8;
    bundle.draw(
        file,
        dtype,
        () -> {
          Picture picture = new Picture(width, height, codes.size(), imageFromAsset);
          return channels.equals("r|g|b")
              ? picture.paintColours(things, frame.ground, period)
              : picture.paintMeasurements(things, codes, frame.ground, period);
        });
    return Bundle.asset(file, channels, width, height, imageFromAsset);
  }

  private static Affine imageFromAsset(String channels, ToyRandom random) {
    Integer coarse = COARSENESS.get(channels);
    if (coarse != null) {
      return Affine.scale(coarse, coarse);
    }
    double cos = StrictMath.cos(random.normal() * 0.15);
    double sin = Math.sqrt(1 - cos * cos) * (random.below(2) * 2 - 1);
    double sx = random.uniform(1, 2);
    double sy = random.uniform(1, 2);
    return Bundle.rounded(
        new Affine(
            sx * cos, -sy * sin, random.uniform(-1, 1), sx * sin, sy * cos, random.uniform(-1, 1)));
  }

  private static String time(double seconds) {
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
        LocalDateTime.ofEpochSecond((long) seconds, 0, ZoneOffset.UTC));
  }
}
