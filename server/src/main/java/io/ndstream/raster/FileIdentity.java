package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Tells one state of a file from another without reading it.
 *
 * @param size bytes, or -1 if it is not known
 * @param mtimeNanos last change, nanoseconds since 1970; 0 for remote files
 * @param version device and inode as the file system names them, or what a server says of a remote
 *     file; null if there is neither
 */
record FileIdentity(long size, long mtimeNanos, Object version) {
  /** Of all files of which nothing tells, as inside archives: GDAL holds on to what it opened. */
  static final FileIdentity VIRTUAL = new FileIdentity(-1, 0, null);

  /**
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  static FileIdentity of(Path path) {
    try {
      BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
      return new FileIdentity(a.size(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), a.fileKey());
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw LoaderException.caused(e, Reason.MISSING_FILE, "file", path);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.UNREADABLE_FILE, "file", path, "detail", e.getMessage());
    }
  }
}
