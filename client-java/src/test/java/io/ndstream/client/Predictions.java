package io.ndstream.client;

import com.google.protobuf.ByteString;
import io.ndstream.v1.DType;
import io.ndstream.v1.ExpectedWindows;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.PixelBox;
import io.ndstream.v1.RasterFormat;
import io.ndstream.v1.StitchSpace;
import io.ndstream.v1.StitchWindow;
import io.ndstream.v1.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What a model would predict for four images, two of them frames of a video: a function of run,
 * image and number, so that every sender sends the same.
 */
final class Predictions {
  static final List<Long> IMAGES = List.of(1L, 2L, 3L, 4L);

  /** Of every image of a run. */
  static final int WINDOWS = 60;

  /** Of all images of both runs. */
  static final int ALL_WINDOWS = 2 * 4 * WINDOWS;

  private static final int WIDTH = 150;
  private static final int HEIGHT = 130;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 160;
  private static final int BANDS = 2;

  private Predictions() {}

  /** A run of whole numbers in video space, and a run of quantized ones in image space. */
  static List<OpenRunRequest> runs() {
    OpenRunRequest exact =
        OpenRunRequest.newBuilder()
            .setRun("exact")
            .setChannels("a|b")
            .setSpace(StitchSpace.STITCH_SPACE_VIDEO)
            .setOutput(
                OutputOptions.newBuilder()
                    .setFormat(RasterFormat.RASTER_FORMAT_GEOTIFF)
                    .setNoQuantize(true)
                    .setBlockSize(32))
            .build();
    OpenRunRequest.Builder ranged =
        OpenRunRequest.newBuilder()
            .setRun("ranged")
            .setChannels("c|d")
            .setSpace(StitchSpace.STITCH_SPACE_IMAGE)
            .setExpectedMin(-4)
            .setExpectedMax(4)
            .setOutput(OutputOptions.newBuilder().setBlockSize(32));
    IMAGES.forEach(
        id ->
            ranged.addImages(
                ImageCanvas.newBuilder()
                    .setImageId(id)
                    .setExpected(ExpectedWindows.newBuilder().setCount(WINDOWS))));
    return List.of(exact, ranged.build());
  }

  static StitchWindow window(String run, long image, int number) {
    Random random = new Random(run.hashCode() + 1000 * image + number);
    int width = SMALLEST + random.nextInt(LARGEST - SMALLEST);
    int height = SMALLEST + random.nextInt(LARGEST - SMALLEST);
    int left = random.nextInt(WIDTH + width) - width;
    int top = random.nextInt(HEIGHT + height) - height;
    StitchWindow.Builder window =
        StitchWindow.newBuilder()
            .setImageId(image)
            .setWindowId("w" + number)
            .setBox(
                PixelBox.newBuilder()
                    .setLeft(left)
                    .setTop(top)
                    .setRight(left + width)
                    .setBottom(top + height))
            .setDownweightEdges(random.nextBoolean())
            .setPixels(tensor(random, height, width, BANDS));
    if (random.nextInt(3) == 0) {
      window.setWeights(tensor(random, height, width));
    }
    return window.build();
  }

  /** Values have NaN among them, weights (of two axes) are 0 or more. */
  private static Tensor tensor(Random random, long... shape) {
    Tensor.Builder tensor = Tensor.newBuilder().setDtype(DType.DTYPE_FLOAT32);
    int count = 1;
    for (long length : shape) {
      tensor.addShape(length);
      count *= (int) length;
    }
    boolean weights = shape.length == 2;
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      float value = (float) random.nextGaussian();
      bytes.putFloat(weights ? Math.abs(value) : random.nextInt(50) == 0 ? Float.NaN : value);
    }
    return tensor.setData(ByteString.copyFrom(bytes.flip())).build();
  }

  /** A manifest of the images, whose own files nobody reads. */
  static Path manifest(Path bundle) throws IOException {
    Files.createDirectories(bundle);
    String frame =
        "{\"id\": %d, \"name\": \"im%d\", \"file_name\": \"im%d.png\", \"width\": %d, \"height\": %d%s}";
    String video =
        ", \"video_id\": 1, \"frame_index\": %d,"
            + " \"warp_img_to_vid\": {\"type\": \"affine\", \"scale\": 0.9, \"theta\": 0.1}";
    String images =
        String.join(
            ",\n",
            IMAGES.stream()
                .map(
                    id ->
                        String.format(
                            frame,
                            id,
                            id,
                            id,
                            WIDTH,
                            HEIGHT,
                            id > 2 ? "" : String.format(video, id)))
                .toList());
    return Files.writeString(
        bundle.resolve("data.kwcoco.json"),
        "{\"videos\": [{\"id\": 1, \"name\": \"v\", \"width\": 140, \"height\": 120}],\n\"images\": ["
            + images
            + "],\n\"annotations\": []}\n");
  }
}
