package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Tells one state of a file from another without reading it. Files behind GDAL's virtual file systems all have the same identity here:
 * GDAL itself holds on to what it opened.
 *
 * @param size bytes
 * @param mtimeNanos last change, nanoseconds since 1970
 * @param inode device and inode as the file system names them, or empty
 */
record FileIdentity(long size, long mtimeNanos, String inode) {
  static final FileIdentity VIRTUAL = new FileIdentity(-1, 0, "");

  /**
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  static FileIdentity of(String location) {
    if (!Location.isPlain(location)) {
      return VIRTUAL;
    }
    try {
      BasicFileAttributes a = Files.readAttributes(Location.path(location), BasicFileAttributes.class);
      return new FileIdentity(a.size(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), String.valueOf(a.fileKey()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw LoaderException.caused(e, Reason.MISSING_FILE, "file", location);
    } catch (IOException e) {
      throw LoaderException.caused(e, Reason.UNREADABLE_FILE, "file", location, "detail", e.getMessage());
    }
  }
}
