package io.ndstream.bench.conform;

import com.fasterxml.jackson.databind.JsonNode;
import io.ndstream.v1.AnnotationOptions;
import io.ndstream.v1.Fill;
import io.ndstream.v1.Ids;
import io.ndstream.v1.Pad;
import io.ndstream.v1.Slice;
import io.ndstream.v1.Slices;
import io.ndstream.v1.Target;
import io.ndstream.v1.WindowDims;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Targets and annotation options as the recorded cases write them, to messages. */
final class TargetMessage {
  private TargetMessage() {}

  static Target of(JsonNode target) {
    Target.Builder m = Target.newBuilder();
    target
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull()) {
                put(m, field.getKey(), field.getValue());
              }
            });
    return m.build();
  }

  private static void put(Target.Builder m, String key, JsonNode v) {
    switch (key) {
      case "gid", "image_id" -> m.setImageId(v.asLong());
      case "vidid", "video_id" -> m.setVideoId(v.asLong());
      case "gids", "image_ids" -> m.setImageIds(Ids.newBuilder().addAllIds(longs(v)));
      case "aid" -> m.setAnnotationId(v.asLong());
      case "slices" -> m.setSlices(slices(v));
      case "space_slice" -> m.setSpaceSlice(slices(v));
      case "time_slice" -> m.setTimeSlice(slice(v));
      case "cx" -> m.setCx(v.asDouble());
      case "cy" -> m.setCy(v.asDouble());
      case "width" -> m.setWidth(v.asDouble());
      case "height" -> m.setHeight(v.asDouble());
      case "window_dims" -> m.setWindowDims(dims(v));
      case "pad" -> m.setPad(pad(v));
      case "padkw" -> m.setFill(fill(v));
      default -> putOption(m, key, v);
    }
  }

  private static void putOption(Target.Builder m, String key, JsonNode v) {
    switch (key) {
      case "channels" -> {
        if (v.isArray()) {
          v.forEach(c -> m.addChannelList(c.asText()));
        } else {
          m.setChannels(v.asText());
        }
      }
      case "scale" -> each(v, f -> m.addScale(f.asDouble()));
      case "dtype" -> m.setDtype(v.asText());
      case "nodata" -> m.setNodata(v.asText());
      case "interpolation" -> m.setInterpolation(v.asText());
      case "antialias" -> {
        if (v.isBoolean()) {
          m.setAntialias(v.asBoolean());
        }
      }
      case "use_native_scale" -> m.setUseNativeScale(v.asBoolean());
      case "realign_native" -> {
        if (v.isTextual()) {
          m.setRealignNative(v.asText());
        }
      }
      default -> throw new IllegalArgumentException("unknown key of a target: " + key);
    }
  }

  static AnnotationOptions options(JsonNode kwargs) {
    AnnotationOptions.Builder m = AnnotationOptions.newBuilder();
    JsonNode with = kwargs.path("with_annots");
    m.setNone(with.isNull() || with.isBoolean() && !with.asBoolean());
    if (with.isTextual()) {
      m.addAllParts(List.of(with.asText().split("\\+")));
    } else if (with.isArray()) {
      // Boxes are always included, also in an empty list; an empty list of the message means all.
      m.addParts("boxes");
      with.forEach(part -> m.addParts(part.asText()));
    }
    m.setVisibleThresh(kwargs.path("visible_thresh").asDouble(0));
    if (kwargs.path("annot_ids").isArray()) {
      m.setAnnotationIds(Ids.newBuilder().addAllIds(longs(kwargs.get("annot_ids"))));
    }
    return m.build();
  }

  private static void each(JsonNode v, Consumer<JsonNode> use) {
    if (v.isArray()) {
      v.forEach(use);
    } else {
      use.accept(v);
    }
  }

  private static WindowDims dims(JsonNode v) {
    WindowDims.Builder m = WindowDims.newBuilder();
    if (v.isTextual()) {
      return m.setWord(v.asText()).build();
    }
    each(v, d -> m.addDims(d.asLong()));
    return m.build();
  }

  private static Pad pad(JsonNode v) {
    Pad.Builder m = Pad.newBuilder().setUniform(!v.isArray());
    each(v, a -> m.addAxes(axis(a)));
    return m.build();
  }

  private static Pad.Axis axis(JsonNode v) {
    long before = (v.isArray() ? v.get(0) : v).asLong();
    long after = (v.isArray() ? v.get(1) : v).asLong();
    return Pad.Axis.newBuilder().setBefore(before).setAfter(after).build();
  }

  private static Fill fill(JsonNode v) {
    Fill.Builder m = Fill.newBuilder().setMode(v.path("mode").asText(""));
    if (v.has("constant_values")) {
      m.setValue(v.get("constant_values").asDouble());
    }
    return m.build();
  }

  private static Slices slices(JsonNode v) {
    Slices.Builder m = Slices.newBuilder();
    v.forEach(s -> m.addSlices(slice(s)));
    return m.build();
  }

  private static Slice slice(JsonNode v) {
    Slice.Builder m = Slice.newBuilder();
    if (v.get(0).isNumber()) {
      m.setStart(v.get(0).asLong());
    }
    if (v.get(1).isNumber()) {
      m.setStop(v.get(1).asLong());
    }
    if (v.path(2).isNumber()) {
      m.setStep(v.get(2).asLong());
    }
    return m.build();
  }

  static List<Long> longs(JsonNode v) {
    List<Long> values = new ArrayList<>();
    v.forEach(e -> values.add(e.asLong()));
    return values;
  }
}
