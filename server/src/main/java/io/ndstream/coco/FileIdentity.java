package io.ndstream.coco;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * Which file, in which state, a path leads to: device, inode, size, and the times of its last
 * modification and change. Only root can set the time of change, so a file written over in place
 * does not pass for the old one even if its modification time is put back.
 *
 * @param changedMillis since 1970
 */
record FileIdentity(String text, long changedMillis) {
  /**
   * Clocks of file systems tick every few milliseconds; younger changes could be followed by
   * another of the same time.
   */
  private static final long SETTLED_MILLIS = 50;

  static FileIdentity of(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime");
    FileTime changed = (FileTime) attributes.get("ctime");
    FileTime modified = (FileTime) attributes.get("lastModifiedTime");
    StringBuilder text = new StringBuilder();
    text.append(attributes.get("dev")).append(' ').append(attributes.get("ino")).append(' ');
    text.append(attributes.get("size")).append(' ').append(modified).append(' ').append(changed);
    return new FileIdentity(text.toString(), changed.toMillis());
  }

  /** Whether a later change is sure to show. */
  boolean isSettled(long nowMillis) {
    return nowMillis - changedMillis > SETTLED_MILLIS;
  }
}
