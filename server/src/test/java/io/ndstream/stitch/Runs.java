package io.ndstream.stitch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.pixels.DType;
import io.ndstream.raster.RasterSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What tests of stitching share. */
final class Runs {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MIB = 1 << 20;

  private Runs() {}

  /** A data set of these rows, in a bundle of its own. */
  static Dataset dataset(Path bundle, JsonNode images, JsonNode videos) {
    ObjectNode root = MAPPER.createObjectNode();
    root.set("videos", videos == null ? MAPPER.createArrayNode() : videos);
    root.set("images", images);
    root.putArray("annotations");
    try {
      Files.createDirectories(bundle);
      Path manifest = bundle.resolve("data.kwcoco.json");
      Files.writeString(manifest, root.toString());
      return Manifests.open(manifest, OpenOptions.strict());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One image of this size, id 1. */
  static Dataset oneImage(Path bundle, int width, int height) {
    ObjectNode image = MAPPER.createObjectNode();
    image
        .put("id", 1)
        .put("name", "im1")
        .put("file_name", "im1.png")
        .put("width", width)
        .put("height", height);
    return dataset(bundle, MAPPER.createArrayNode().add(image), null);
  }

  static RunSpec spec(Path bundle, List<String> channels, Precision precision) {
    return spec(channels, precision, output(bundle, RasterSpec.Format.GTIFF, null));
  }

  static RunSpec spec(List<String> channels, Precision precision, OutputSpec output) {
    return new RunSpec(
        "run",
        String.join("|", channels),
        channels,
        StitchSpace.IMAGE,
        1,
        1,
        NanPolicy.OMIT,
        Placement.STRICT,
        precision,
        new Expected.Unknown(),
        Map.of(),
        true,
        false,
        output,
        256 * MIB);
  }

  static OutputSpec output(Path bundle, RasterSpec.Format format, DType dtype) {
    return output(bundle, format, dtype, 16);
  }

  static OutputSpec output(Path bundle, RasterSpec.Format format, DType dtype, int blockSize) {
    return new OutputSpec(
        format,
        dtype,
        null,
        null,
        false,
        "DEFLATE",
        blockSize,
        List.of(),
        bundle.resolve("_assets/pred"),
        bundle.resolve("data.kwcoco.json"),
        OutputSpec.IfExists.FAIL,
        true);
  }

  static StitchRun open(Path directory, RunSpec spec, Dataset dataset) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return StitchRun.open(directory, spec, dataset, new StitchOptions(directory, MIB, 64 * MIB));
  }

  static Patch patch(int height, int width, int bands, float[] values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Patch(height, width, bands, false, DType.FLOAT32, data);
  }

  /** Removes a directory and all in it. */
  static void deleteTree(Path directory) {
    try (var files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
