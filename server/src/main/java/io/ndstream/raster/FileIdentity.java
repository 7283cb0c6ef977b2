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
 * Tells one state of a file from another without reading it. Files behind GDAL's virtual file
 * systems all have the same identity here: GDAL itself holds on to what it opened.
 *
 * @param size bytes
 * @param mtimeNanos last change, nanoseconds since 1970
 * @param inode device and inode as the file system names them, or null
 */
record FileIdentity(long size, long mtimeNanos, Object inode) {
  static final FileIdentity VIRTUAL = new FileIdentity(-1, 0, null);

  /**
   * @throws LoaderException MISSING_FILE, UNREADABLE_FILE
   */
  static FileIdentity of(String location) {
    return Location.isPlain(location) ? of(Location.path(location)) : VIRTUAL;
  }

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
