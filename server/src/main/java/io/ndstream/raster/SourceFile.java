package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * One state of one file.
 *
 * @param location as GDAL names it
 * @param path null unless the location is plain
 * @param remote null if the location is plain
 */
record SourceFile(String location, Path path, FileIdentity identity, RemoteWatch remote) {
  /** For so long a remote file is taken to be what its server last said it is. */
  static final long REMOTE_NANOS = TimeUnit.SECONDS.toNanos(60);

  static SourceFile of(String location) {
    return of(location, REMOTE_NANOS);
  }

  /**
   * The file as it is now.
   *
   * @param remoteNanos how long to wait before a remote file's server is asked again
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  static SourceFile of(String location, long remoteNanos) {
    if (Location.isPlain(location)) {
      Path path = Location.path(location);
      return new SourceFile(location, path, FileIdentity.of(path), null);
    }
    String name = Location.forGdal(location);
    FileIdentity identity = RemoteHeaders.ask(name).orElse(FileIdentity.VIRTUAL);
    return new SourceFile(name, null, identity, new RemoteWatch(name, identity, remoteNanos));
  }

  /** True while the file is in this state. A plain file that has gone counts as changed. */
  boolean isCurrent() {
    if (path == null) {
      return remote.isCurrent();
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
