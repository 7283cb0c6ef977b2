package io.ndstream.app;

import io.ndstream.toy.ToyDatasets;
import io.ndstream.toy.ToyKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes a toy data set: coloured shapes on textured ground, with boxes, polygons, keypoints and
 * tracks.
 */
@Command(
    name = "toydata",
    description = "Writes a toy data set: a kwcoco bundle of images or videos of coloured shapes.",
    mixinStandardHelpOptions = true,
    footer = {"", "The same options and seed give the same bytes.", ""})
final class ToydataCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "KEY",
      description =
          "shapes, vidshapes, or a key of kwcoco's demo data such as shapes8 or"
              + " vidshapes8-msi-multisensor.")
  private String key;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory to make; must be empty if it exists.")
  private Path out;

  private final Map<String, String> options = new TreeMap<>();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "shapes: number of images (default 5).")
  private void images(String value) {
    options.put("num_images", value);
  }

  @Option(
      names = "--videos",
      paramLabel = "N",
      description = "vidshapes: number of videos (default 1).")
  private void videos(String value) {
    options.put("num_videos", value);
  }

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "vidshapes: frames of each video (default 2).")
  private void frames(String value) {
    options.put("num_frames", value);
  }

  @Option(
      names = "--tracks",
      paramLabel = "N",
      description = "vidshapes: moving shapes of each video (default 2).")
  private void tracks(String value) {
    options.put("num_tracks", value);
  }

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description = "Size of the images in pixels, one number or two (default 600).")
  private void size(String value) {
    options.put("image_size", value);
  }

  @Option(
      names = "--random-size",
      description = "vidshapes: every frame of another size, 200 to 800.")
  private void randomSize(boolean value) {
    options.put("randsize", String.valueOf(value));
  }

  @Option(
      names = "--speed",
      paramLabel = "SHARE",
      description =
          "vidshapes: longest step from frame to frame as a share of the side (default 0.01).")
  private void speed(String value) {
    options.put("max_speed", value);
  }

  @Option(
      names = "--aux",
      description = "Add a disparity file to every image; to videos also flow.")
  private void aux(boolean value) {
    options.put("aux", String.valueOf(value));
  }

  @Option(
      names = "--msi",
      description = "vidshapes: 16-bit bands at three resolutions instead of RGB.")
  private void msi(boolean value) {
    options.put("multispectral", String.valueOf(value));
  }

  @Option(
      names = "--multisensor",
      description = "vidshapes with --aux or --msi: frames from four sensors.")
  private void multisensor(boolean value) {
    options.put("multisensor", String.valueOf(value));
  }

  @Option(
      names = "--channels",
      paramLabel = "SPEC",
      description = "vidshapes: files of your own, such as \"s1:(r|g|b,x|y),s2:B8\".")
  private void channels(String value) {
    options.put("channels", value);
  }

  @Option(
      names = "--timestamps",
      description = "vidshapes: give the frames random ascending times.")
  private void timestamps(boolean value) {
    options.put("timestamps", String.valueOf(value));
  }

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed (default: made from the other options).")
  private void seed(String value) {
    options.put("rng", value);
  }

  @Override
  public Integer call() {
    Path manifest = ToyDatasets.write(ToyKey.parse(key, options), out);
    spec.commandLine().getOut().println(manifest);
    return CommandLine.ExitCode.OK;
  }
}
