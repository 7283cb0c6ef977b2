package io.ndstream.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Targets as the recorded cases write them. */
final class TargetJson {
  private TargetJson() {}

  static TargetSpec read(JsonNode t) {
    TargetSpec.Builder b = TargetSpec.builder();
    t.properties().forEach(field -> put(b, field.getKey(), field.getValue()));
    return b.build();
  }

  private static void put(TargetSpec.Builder b, String key, JsonNode v) {
    if (v.isNull()) {
      return;
    }
    switch (key) {
      case "gid", "image_id" -> b.imageId(v.asLong());
      case "vidid", "video_id" -> b.videoId(v.asLong());
      case "gids", "image_ids" -> b.imageIds(longs(v));
      case "aid" -> b.annotationId(v.asLong());
      case "slices" -> b.slices(slices(v));
      case "space_slice" -> b.spaceSlice(slices(v));
      case "time_slice" -> b.timeSlice(slice(v));
      case "cx" -> b.cx(v.asDouble());
      case "cy" -> b.cy(v.asDouble());
      case "width" -> b.width(v.asDouble());
      case "height" -> b.height(v.asDouble());
      case "window_dims" ->
          b.windowDims(
              v.isTextual()
                  ? new WindowDims(List.of(), v.asText())
                  : new WindowDims(v.isArray() ? longs(v) : List.of(v.asLong()), null));
      case "channels" -> channels(b, v);
      case "scale" -> b.scale(v.isArray() ? doubles(v) : List.of(v.asDouble()));
      case "pad" -> b.pad(pad(v));
      case "padkw" ->
          b.fill(
              new Fill(
                  v.path("mode").asText(null),
                  v.has("constant_values") ? v.get("constant_values").asDouble() : null));
      case "dtype" -> b.dtype(v.asText());
      case "nodata" -> b.nodata(v.asText());
      case "interpolation" -> b.interpolation(v.asText());
      case "antialias" -> b.antialias(v.isBoolean() ? v.asBoolean() : null);
      case "use_native_scale" -> b.useNativeScale(v.asBoolean());
      case "realign_native" -> b.realignNative(v.isBoolean() ? null : v.asText());
      default -> throw new IllegalArgumentException(key);
    }
  }

  private static void channels(TargetSpec.Builder b, JsonNode v) {
    if (!v.isArray()) {
      b.channels(v.asText());
      return;
    }
    List<String> codes = new ArrayList<>();
    v.forEach(c -> codes.add(c.asText()));
    b.channelList(codes);
  }

  private static Pad pad(JsonNode v) {
    if (!v.isArray()) {
      return new Pad(List.of(axis(v)), true);
    }
    List<Pad.Axis> axes = new ArrayList<>();
    v.forEach(a -> axes.add(axis(a)));
    return new Pad(axes, false);
  }

  private static Pad.Axis axis(JsonNode v) {
    return v.isArray()
        ? new Pad.Axis(v.get(0).asLong(), v.get(1).asLong())
        : new Pad.Axis(v.asLong(), v.asLong());
  }

  private static List<Slice> slices(JsonNode v) {
    List<Slice> slices = new ArrayList<>();
    v.forEach(s -> slices.add(slice(s)));
    return slices;
  }

  private static Slice slice(JsonNode v) {
    return new Slice(number(v.get(0)), number(v.get(1)), number(v.path(2)));
  }

  private static Long number(JsonNode v) {
    return v.isNumber() ? v.asLong() : null;
  }

  static List<Long> longs(JsonNode v) {
    List<Long> values = new ArrayList<>();
    v.forEach(e -> values.add(e.asLong()));
    return values;
  }

  static List<Double> doubles(JsonNode v) {
    List<Double> values = new ArrayList<>();
    v.forEach(e -> values.add(e.asDouble()));
    return values;
  }
}
