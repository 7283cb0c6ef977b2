package io.ndstream.raster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The form of an entry: what is written, and what its name is derived from. */
enum EntryForm {
  ZSTD_TIFF("tif"),
  RAW_TIFF("raw.tif"),
  NPY("npy");

  /** Raised whenever the same source would give another entry. */
  private static final int LAYOUT_VERSION = 1;

  private final String extension;

  EntryForm(String extension) {
    this.extension = extension;
  }

  String extension() {
    return extension;
  }

  /**
   * 64 hex digits from all an entry depends on: the canonical path, size, time and inode of the
   * source, the form and the tile size. How a manifest spells the path does not enter.
   */
  String key(SourceFile source, String canonicalPath, int tileSize) {
    FileIdentity id = source.identity();
    String text =
        String.join(
            "\n",
            "v" + LAYOUT_VERSION,
            name(),
            this == NPY ? "" : Integer.toString(tileSize),
            canonicalPath,
            Long.toString(id.size()),
            Long.toString(id.mtimeNanos()),
            String.valueOf(id.version()));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
