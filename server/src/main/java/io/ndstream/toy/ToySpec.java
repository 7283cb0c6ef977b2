package io.ndstream.toy;

import static io.ndstream.error.Checks.require;
import static io.ndstream.error.Reason.BAD_ARGUMENT;

import java.util.List;

/** What to make. Sizes in pixels. */
public sealed interface ToySpec {

  long seed();

  /**
   * Loose images ({@code shapes}).
   *
   * @param aux add an asset {@code disparity} to every image
   */
  record Shapes(int images, int width, int height, boolean aux, long seed) implements ToySpec {
    public Shapes {
      require(images > 0, BAD_ARGUMENT, "images", images, "> 0");
      checkSize(width, height);
    }
  }

  /**
   * Videos ({@code vidshapes}).
   *
   * @param frames of each video
   * @param tracks of each video: shapes that move through all its frames
   * @param randomSize sizes between 200 and 800 instead, other ones for every frame
   * @param maxSpeed longest step from frame to frame, as a share of the side
   * @param assets files beside or instead of a main image
   * @param sensors every frame comes from one of them; none for a main image only
   * @param timestamps give the frames random ascending times
   */
  record Vidshapes(
      int videos,
      int frames,
      int tracks,
      int width,
      int height,
      boolean randomSize,
      double maxSpeed,
      Assets assets,
      List<Sensor> sensors,
      boolean timestamps,
      long seed)
      implements ToySpec {
    public Vidshapes {
      require(videos > 0, BAD_ARGUMENT, "num_videos", videos, "> 0");
      require(frames > 0, BAD_ARGUMENT, "num_frames", frames, "> 0");
      require(tracks >= 0, BAD_ARGUMENT, "num_tracks", tracks, ">= 0");
      require(maxSpeed >= 0 && maxSpeed <= 1, BAD_ARGUMENT, "max_speed", maxSpeed, "in [0, 1]");
      checkSize(width, height);
      sensors = List.copyOf(sensors);
    }
  }

  /** Which files a frame has. */
  enum Assets {
    /** One RGB image. */
    NONE,
    /** An RGB image, disparity and flow. */
    AUX,
    /** Bands B1, B8, B8a, B10 and B11, at three resolutions, and no RGB image. */
    MULTISPECTRAL,
    /** Bands given by the caller. */
    OWN
  }

  /**
   * @param files channels of each file, such as {@code r|g|b}
   */
  record Sensor(String name, List<String> files) {
    public Sensor {
      files = List.copyOf(files);
    }
  }

  private static void checkSize(int width, int height) {
    require(width >= 8 && width <= 65_536, BAD_ARGUMENT, "image_size", width, "8 to 65536");
    require(height >= 8 && height <= 65_536, BAD_ARGUMENT, "image_size", height, "8 to 65536");
  }
}
