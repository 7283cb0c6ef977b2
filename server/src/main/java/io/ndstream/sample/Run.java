package io.ndstream.sample;

import io.ndstream.coco.Asset;
import java.util.List;

/**
 * Neighbouring channels of a frame that come from one file, or that no file has.
 *
 * @param asset or null if no file has the channels
 * @param bands of the file; null for all of them, as they are
 * @param codes one a band; null for all bands of a file that names none
 */
record Run(Asset asset, int[] bands, List<String> codes) {
  /** All bands of a file. */
  static Run whole(Asset asset) {
    return new Run(asset, null, asset.channels());
  }
}
