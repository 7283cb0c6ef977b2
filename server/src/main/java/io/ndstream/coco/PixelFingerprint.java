package io.ndstream.coco;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of the pixels of a data set: name, size and time of last modification of every local file, in file order. Apart from
 * {@link Dataset#fingerprint}, which is of the manifest alone, for it asks the disk once a file.
 */
public final class PixelFingerprint {
  private PixelFingerprint() {}

  /** Lower-case hex. A missing file counts as such; virtual and remote ones count by name only. */
  public static String of(Dataset dataset) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    for (Image image : dataset.images()) {
      for (Asset asset : image.assets()) {
        digest.update((asset.location() + '\0' + state(dataset, asset) + '\n').getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String state(Dataset dataset, Asset asset) {
    PathPolicy.PathKind kind = ManifestSummary.kind(dataset, asset);
    if (kind == PathPolicy.PathKind.VIRTUAL || kind == PathPolicy.PathKind.REMOTE) {
      return "elsewhere";
    }
    try {
      BasicFileAttributes file = Files.readAttributes(Path.of(asset.location()), BasicFileAttributes.class);
      return file.size() + " " + file.lastModifiedTime().toInstant();
    } catch (IOException | InvalidPathException e) {
      return "missing";
    }
  }
}
