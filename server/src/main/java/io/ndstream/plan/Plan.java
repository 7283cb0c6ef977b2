package io.ndstream.plan;

import io.ndstream.sample.TargetSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A plan for one state of one data set.
 *
 * @param name hash of everything that decides its bytes
 * @param datasetName as the server calls it
 * @param fingerprint of the data set
 */
public record Plan(String name, String datasetName, String fingerprint, PlanSpec spec, Windows windows) {
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

  public EpochOrder order(long epoch) {
    return new EpochOrder(
        windows.size(), spec.batchSize(), spec.seed(), epoch, spec.shuffled(), spec.dropRemainder());
  }

  /** What to load for a sample. */
  public TargetSpec target(int sample) {
    return spec.template().with(windows.target(sample).build());
  }
}
