package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.v1.ImageCanvas;
import io.ndstream.v1.OpenRunRequest;
import io.ndstream.v1.OutputOptions;
import io.ndstream.v1.Placement;
import io.ndstream.v1.QuantizeOptions;
import io.ndstream.v1.RasterFormat;
import io.ndstream.v1.StitchSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What opens the run of a recorded manager, whose files lie in {@code dir}. */
record ManagerRequest(String run, JsonNode in, Path dir) {
  /**
   * @param anyBands whether names are made up where the channel code does not name as many as the
   *     data has bands
   */
  OpenRunRequest of(boolean anyBands) throws IOException {
    JsonNode manager = in.get("manager");
    String codes = manager.path("chan_code").asText("p");
    int bands = firstBands();
    OpenRunRequest.Builder request =
        OpenRunRequest.newBuilder()
            .setRun(run)
            .setDataset(run)
            .setChannels(anyBands ? "b:" + bands : codes)
            .setPlacement(Placement.PLACEMENT_LENIENT)
            .setGuessReady(true)
            .setOutput(output(manager));
    boolean video = manager.path("stiching_space").asText("image").equals("video");
    request.setSpace(video ? StitchSpace.STITCH_SPACE_VIDEO : StitchSpace.STITCH_SPACE_IMAGE);
    List<Long> known = new ArrayList<>();
    for (JsonNode op : in.get("ops")) {
      boolean own = op.hasNonNull("asset_dsize") || op.hasNonNull("scale_asset_from_stitchspace");
      if (op.has("data") && !known.contains(op.get("gid").asLong())) {
        known.add(op.get("gid").asLong());
        if (own) {
          request.addImages(canvas(op));
        }
      }
    }
    return request.build();
  }

  private static ImageCanvas canvas(JsonNode op) {
    ImageCanvas.Builder canvas = ImageCanvas.newBuilder().setImageId(op.get("gid").asLong());
    canvas
        .setWidth(op.path("asset_dsize").path(0).asInt())
        .setHeight(op.path("asset_dsize").path(1).asInt());
    JsonNode scale = op.path("scale_asset_from_stitchspace");
    if (scale.isNumber()) {
      canvas.addScale(scale.asDouble());
    }
    scale.forEach(factor -> canvas.addScale(factor.asDouble()));
    return canvas.build();
  }

  private int firstBands() throws IOException {
    for (JsonNode op : in.get("ops")) {
      if (op.has("data")) {
        List<Long> shape = StitchConform.array(dir, op.get("data")).shape();
        return shape.size() < 3 ? 1 : shape.get(2).intValue();
      }
    }
    return 1;
  }

  private static OutputOptions output(JsonNode manager) {
    OutputOptions.Builder output =
        OutputOptions.newBuilder().setNoQuantize(!manager.path("quantize").asBoolean(true));
    if (manager.path("prob_format").asText().equals("png")) {
      output.setFormat(RasterFormat.RASTER_FORMAT_PNG);
    }
    String compression = manager.path("prob_compress").asText("DEFLATE");
    output.setCompression(compression.equals("RAW") ? "NONE" : compression);
    output.setBlockSize(manager.path("prob_blocksize").asInt(128));
    output.setNoPredictionAttrs(!manager.path("write_prediction_attrs").asBoolean(true));
    JsonNode range = manager.path("expected_minmax");
    if (range.isArray()) {
      output.setQuantize(
          QuantizeOptions.newBuilder()
              .setMin(range.get(0).asDouble())
              .setMax(range.get(1).asDouble()));
    }
    return output.build();
  }
}
