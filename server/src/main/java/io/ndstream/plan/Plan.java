package io.ndstream.plan;

import io.ndstream.coco.Dataset;
import io.ndstream.error.LoaderException;
import io.ndstream.grid.ChannelScore;
import io.ndstream.grid.SampleGrid;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.sample.TargetSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * A plan for one state of one data set.
 *
 * @param name hash of everything that decides its bytes
 * @param datasetName as the server calls it
 * @param fingerprint of the data set
 */
public record Plan(
    String name, String datasetName, String fingerprint, PlanSpec spec, Windows windows) {
  private static final int NAME_BYTES = 8;

  /**
   * @param canonicalSpec the spec in a form in which equal specs have equal bytes
   */
  public static String nameOf(String fingerprint, byte[] canonicalSpec) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(fingerprint.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      return HexFormat.of().formatHex(sha.digest(canonicalSpec), 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /**
   * The windows a spec selects, with what only the data set can tell checked.
   *
   * @param scores of negatives, by a channel
   * @param grids finds a sample grid by name
   * @throws LoaderException BAD_CHANNELS, UNKNOWN_CATEGORY, UNKNOWN_IMAGE, UNKNOWN_GRID,
   *     BAD_WINDOW, NO_POSITIVES
   */
  public static Windows select(
      PlanSpec spec,
      Dataset dataset,
      AnnotationIndex index,
      ChannelScore scores,
      Function<String, SampleGrid> grids) {
    KnownChannels.check(dataset, spec.template());
    String grid = spec.selection().grid();
    return grid.isEmpty()
        ? AnnotationWindows.select(dataset, index, scores, spec)
        : new GridWindows(dataset, grids.apply(grid));
  }

  public EpochOrder order(long epoch) {
    return new EpochOrder(
        windows.size(),
        spec.batchSize(),
        spec.seed(),
        epoch,
        spec.shuffled(),
        spec.dropRemainder());
  }

  /** What to load for a sample. */
  public TargetSpec target(int sample) {
    return spec.template().with(windows.target(sample).build());
  }
}
