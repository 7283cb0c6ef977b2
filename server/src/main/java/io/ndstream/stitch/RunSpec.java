package io.ndstream.stitch;

import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import java.util.List;
import java.util.Map;

/**
 * A stitching run.
 *
 * @param name of the run
 * @param channelCodes fused codes, as they go into the manifest
 * @param channels the bands' names
 * @param scaleX asset pixels a pixel of the stitch space
 * @param scaleY asset pixels a pixel of the stitch space
 * @param expected of images that are not in {@code images}
 * @param images what single images have of their own, by id
 * @param guessReady report images as ready as geowatch guesses it
 * @param autoFinalize finalize an image as soon as it is complete
 * @param memoryBytes canvas tiles in memory, at most; the server may give less
 */
public record RunSpec(
    String name,
    String channelCodes,
    List<String> channels,
    StitchSpace space,
    double scaleX,
    double scaleY,
    NanPolicy nanPolicy,
    Placement placement,
    Precision precision,
    Expected expected,
    Map<Long, ImageSpec> images,
    boolean guessReady,
    boolean autoFinalize,
    OutputSpec output,
    long memoryBytes) {
  private static final int LONGEST_NAME = 100;

  public RunSpec {
    channels = List.copyOf(channels);
    images = Map.copyOf(images);
  }

  /**
   * What one image has of its own.
   *
   * @param width of the canvas, 0: from the stitch space
   * @param height of the canvas, 0: from the stitch space
   * @param scaleX 0: that of the run
   * @param scaleY 0: that of the run
   */
  public record ImageSpec(int width, int height, double scaleX, double scaleY, Expected expected) {}

  public int bands() {
    return channels.size();
  }

  /**
   * @throws io.ndstream.error.LoaderException with every mistake
   */
  public void requireValid() {
    Violations violations = new Violations();
    violations.check(
        isName(name), Reason.BAD_ARGUMENT, "run", name, "1 to 100 letters, digits, -, _ and .");
    violations.check(
        memoryBytes >= 1 << 20, Reason.BAD_ARGUMENT, "memory_bytes", memoryBytes, ">= 1 MiB");
    violations.check(
        !channels.isEmpty(), Reason.BAD_CHANNELS, "channels", channelCodes, "at least one");
    violations.check(
        isScale(scaleX) && isScale(scaleY),
        Reason.BAD_SCALE,
        "scale",
        scaleX + ", " + scaleY,
        "finite and > 0");
    check(expected, "expected", violations);
    images.forEach(
        (id, image) -> {
          String field = "images[" + id + "]";
          violations.check(
              image.width >= 0 && image.height >= 0,
              Reason.BAD_ARGUMENT,
              field,
              image.width + " x " + image.height,
              ">= 0");
          boolean fine =
              (image.scaleX == 0 && image.scaleY == 0)
                  || (isScale(image.scaleX) && isScale(image.scaleY));
          violations.check(
              fine, Reason.BAD_SCALE, field, image.scaleX + ", " + image.scaleY, "finite and > 0");
          check(image.expected, field, violations);
        });
    output.check(bands(), violations);
    violations.throwIfAny();
  }

  private static void check(Expected expected, String field, Violations violations) {
    if (expected instanceof Expected.Count count) {
      violations.check(
          count.windows() > 0, Reason.BAD_ARGUMENT, field + ".count", count.windows(), "> 0");
    } else if (expected instanceof Expected.Grid grid) {
      grid.motion().requireValid(2);
    }
  }

  /** Whether a text may name a run: it becomes a directory. */
  public static boolean isName(String text) {
    return text.length() <= LONGEST_NAME && text.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  }

  private static boolean isScale(double scale) {
    return scale > 0 && scale < Double.POSITIVE_INFINITY;
  }
}
