package io.ndstream.plan;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.sample.ChannelRequest;
import io.ndstream.sample.ChannelStream;
import io.ndstream.sample.TargetSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A single sample delivers NaN for a channel its image lacks, for frames of one video may differ. A
 * plan that asks for a channel no image has would train on NaN for a whole epoch: that is a slip of
 * the pen.
 */
final class KnownChannels {
  private KnownChannels() {}

  /**
   * @param template of the plan
   * @throws LoaderException BAD_CHANNELS naming every code that no file of the data set has, or
   *     none of the sensor it is asked of
   */
  static void check(Dataset dataset, TargetSpec template) {
    Violations violations = new Violations();
    if (template.streams() != null) {
      check(
          dataset,
          ChannelRequest.parseStreams(template.streams(), violations),
          "spec.template.streams",
          violations);
    } else if (template.channels() != null && !template.channels().equals(ChannelRequest.ALL)) {
      check(
          dataset,
          ChannelRequest.parse(template.channels(), violations),
          "spec.template.channels",
          violations);
    }
    violations.throwIfAny();
  }

  /**
   * @throws LoaderException BAD_CHANNELS naming every code that no file has
   */
  static void check(Dataset dataset, String channels, String field) {
    Violations violations = new Violations();
    check(dataset, ChannelRequest.parse(channels, violations), field, violations);
    violations.throwIfAny();
  }

  private static void check(
      Dataset dataset, ChannelRequest request, String field, Violations violations) {
    if (request == null) {
      return;
    }
    Map<String, Set<String>> bySensor = codes(dataset);
    for (ChannelStream stream : request.streams()) {
      Set<String> known = bySensor.getOrDefault(stream.sensor(), Set.of());
      String whose = stream.sensor() == null ? "the data set" : "the sensor " + stream.sensor();
      for (String code : new TreeSet<>(stream.codes())) {
        violations.check(
            known.contains(code),
            Reason.BAD_CHANNELS,
            field,
            code,
            "a channel of " + whose + ": " + known);
      }
    }
  }

  /** What there is of every sensor; under null, of all. */
  private static Map<String, Set<String>> codes(Dataset dataset) {
    Map<String, Set<String>> codes = new HashMap<>();
    for (Image image : dataset.images()) {
      for (Asset asset : image.assets()) {
        if (asset.channels() != null) {
          codes.computeIfAbsent(null, any -> new TreeSet<>()).addAll(asset.channels());
          codes.computeIfAbsent(image.sensor(), sensor -> new TreeSet<>()).addAll(asset.channels());
        }
      }
    }
    return codes;
  }
}
