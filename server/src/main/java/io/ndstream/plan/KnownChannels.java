package io.ndstream.plan;

import io.ndstream.coco.Asset;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Image;
import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.error.Violations;
import io.ndstream.sample.ChannelRequest;
import java.util.TreeSet;

/**
 * A single sample delivers NaN for a channel its image lacks, for frames of one video may differ. A plan that asks for a channel no image
 * has would train on NaN for a whole epoch: that is a slip of the pen.
 */
final class KnownChannels {
  private KnownChannels() {}

  /**
   * @param channels the request of the plan, or null
   * @throws LoaderException BAD_CHANNELS naming every code that no file of the data set has
   */
  static void check(Dataset dataset, String channels) {
    if (channels == null || channels.equals(ChannelRequest.ALL)) {
      return;
    }
    Violations violations = new Violations();
    ChannelRequest request = ChannelRequest.parse(channels, violations);
    if (request != null) {
      TreeSet<String> known = codes(dataset);
      for (String code : new TreeSet<>(request.codes())) {
        violations.check(
            known.contains(code), Reason.BAD_CHANNELS, "spec.template.channels", code, "a channel of the data set: " + known);
      }
    }
    violations.throwIfAny();
  }

  private static TreeSet<String> codes(Dataset dataset) {
    TreeSet<String> codes = new TreeSet<>();
    for (Image image : dataset.images()) {
      for (Asset asset : image.assets()) {
        if (asset.channels() != null) {
          codes.addAll(asset.channels());
        }
      }
    }
    return codes;
  }
}
