package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.util.Arrays;
import java.util.Locale;

/** In what form frames are kept on disk for cheap reading. All forms keep every pixel as it is. */
public enum Backend {
  /** Nowhere: files are read where they lie. */
  NONE,
  /** As NumPy arrays, mapped into memory. */
  NPY,
  /** As tiled TIFFs compressed with ZSTD. Files that are such already are read where they lie. */
  COG,
  /**
   * {@link #COG} for large files that are slow to read in windows; everything else is read where it
   * lies.
   */
  AUTO,
  /**
   * As tiled TIFFs without compression, mapped into memory: a read is a copy. Takes the disk space
   * of the pixels.
   */
  RAW;

  /**
   * @param name in any case
   * @throws LoaderException BAD_ARGUMENT
   */
  public static Backend ofName(String name) {
    return Arrays.stream(values())
        .filter(b -> b.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                LoaderException.of(
                    Reason.BAD_ARGUMENT,
                    "backend",
                    name,
                    "expected",
                    "none, npy, cog, auto or raw"));
  }
}
