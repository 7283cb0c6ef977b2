package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A plain file open for positional reads. */
final class ChannelHandle implements PooledFile {
  private static final long BYTES = 1 << 10;

  private final Key key;
  private final FileIdentity identity;
  private final FileChannel channel;

  private ChannelHandle(Key key, FileIdentity identity, FileChannel channel) {
    this.key = key;
    this.identity = identity;
    this.channel = channel;
  }

  static ChannelHandle open(String location, FileIdentity identity) {
    try {
      FileChannel channel = FileChannel.open(Path.of(location), StandardOpenOption.READ);
      return new ChannelHandle(new Key(location, true), identity, channel);
    } catch (NoSuchFileException e) {
      throw LoaderException.caused(e, Reason.MISSING_FILE, "file", location);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.UNREADABLE_FILE, "file", location, "detail", e.getMessage());
    }
  }

  FileChannel channel() {
    return channel;
  }

  @Override
  public Key key() {
    return key;
  }

  @Override
  public FileIdentity identity() {
    return identity;
  }

  @Override
  public long bytes() {
    return BYTES;
  }

  @Override
  public void delete() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through it, so nothing can be lost.
    }
  }
}
