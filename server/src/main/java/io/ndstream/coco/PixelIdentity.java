package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What of the pixel files counts for the fingerprint of a data set, beside its manifest. */
public enum PixelIdentity {
  /** Nothing: servers that have copies of the files agree on it. */
  NONE,
  /** Name, size and time of last modification of every local file. Asks the disk once a file. */
  STATE,
  /** Name and SHA-256 of every local file. Reads them all; copies agree on it. */
  CONTENT;

  private static final int BUFFER = 1 << 18;

  /**
   * @throws LoaderException BAD_ARGUMENT
   */
  public static PixelIdentity ofName(String name) {
    for (PixelIdentity identity : values()) {
      if (identity.name().toLowerCase(Locale.ROOT).equals(name)) {
        return identity;
      }
    }
    throw LoaderException.of(
        Reason.BAD_ARGUMENT, "pixel identity", name, "expected", "none, state or content");
  }

  /**
   * Lower-case hex. A missing file counts as such; virtual and remote ones count by name only.
   *
   * @throws LoaderException UNREADABLE_FILE if a file cannot be read to its end
   */
  public String fingerprint(Dataset dataset) {
    if (this == NONE) {
      return dataset.fingerprint();
    }
    List<Asset> assets =
        dataset.images().stream().flatMap(image -> image.assets().stream()).toList();
    List<String> files =
        assets.parallelStream()
            .map(asset -> asset.location() + '\0' + of(dataset, asset) + '\n')
            .toList();
    MessageDigest digest = sha256();
    digest.update(dataset.fingerprint().getBytes(StandardCharsets.UTF_8));
    for (String file : files) {
      digest.update(file.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String of(Dataset dataset, Asset asset) {
    PathPolicy.PathKind kind = ManifestSummary.kind(dataset, asset);
    if (kind == PathPolicy.PathKind.VIRTUAL || kind == PathPolicy.PathKind.REMOTE) {
      return "elsewhere";
    }
    try {
      Path file = Path.of(asset.location());
      if (!Files.isRegularFile(file)) {
        return "missing";
      }
      return this == STATE ? state(file) : content(file);
    } catch (InvalidPathException e) {
      return "missing";
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.UNREADABLE_FILE, "file", asset.location());
    }
  }

  private static String state(Path path) throws IOException {
    BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
    return file.size() + " " + file.lastModifiedTime().toInstant();
  }

  private static String content(Path path) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(path)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
