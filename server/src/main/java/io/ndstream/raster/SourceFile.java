package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Path;

/**
 * One state of one file.
 *
 * @param path null unless the location is plain
 */
record SourceFile(String location, Path path, FileIdentity identity) {
  /**
   * The file as it is now.
   *
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  static SourceFile of(String location) {
    if (!Location.isPlain(location)) {
      return new SourceFile(Location.forGdal(location), null, FileIdentity.VIRTUAL);
    }
    Path path = Location.path(location);
    return new SourceFile(location, path, FileIdentity.of(path));
  }

  /** True while the file is in this state. A file that has gone counts as changed. */
  boolean isCurrent() {
    if (path == null) {
      return true;
    }
    try {
      return FileIdentity.of(path).equals(identity);
    } catch (LoaderException e) {
      return false;
    }
  }

  /**
   * @throws LoaderException SOURCE_CHANGED if the file is no longer in this state
   */
  void requireCurrent() {
    if (!isCurrent()) {
      throw changed();
    }
  }

  LoaderException changed() {
    return LoaderException.of(Reason.SOURCE_CHANGED, "file", location);
  }
}
