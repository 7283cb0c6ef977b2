package io.ndstream.stitch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * A raster that gets its name, or just got it, while the journal does not say yet that it is
 * finished. If the server is killed in between, nothing refers to the file.
 *
 * @param file the name
 * @param bytes its size
 * @param mtimeNanos its last change, nanoseconds since 1970: with the size it tells the file from
 *     what others write under that name
 */
record UnrecordedRaster(Path file, long bytes, long mtimeNanos) {
  /**
   * @param draft the whole raster under the name it has so far
   */
  static UnrecordedRaster of(Path file, Path draft) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(draft, BasicFileAttributes.class);
      long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      return new UnrecordedRaster(file, attributes.size(), changed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes it if it is there and nobody else's. */
  void remove() {
    try {
      if (Files.exists(file) && equals(of(file, file))) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Litter at worst: a file that nothing refers to.
    }
  }
}
