package io.ndstream.shm;

import static io.ndstream.error.Checks.require;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import io.ndstream.pixels.Grant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a server's segments lie: a directory of its own with a name that cannot be guessed, open to
 * its user alone. For as long as the server lives it holds the lock of a file in it; by that the
 * next server sees which directories have lost theirs.
 */
public final class SegmentDirectory implements AutoCloseable {
  static final String PREFIX = "ndstream-";
  static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;
  private final SecureRandom random;
  private final AtomicLong bytes = new AtomicLong();

  private SegmentDirectory(Path path, FileChannel lock, SecureRandom random) {
    this.path = path;
    this.lock = lock;
    this.random = random;
  }

  /**
   * Makes a directory, and removes those of servers that are no more.
   *
   * @param parent of a file system in memory, such as /dev/shm
   * @throws LoaderException BAD_ARGUMENT if nothing can be made there
   */
  public static SegmentDirectory in(Path parent) {
    require(Files.isDirectory(parent), Reason.BAD_ARGUMENT, "shared-memory", parent, "a directory");
    try {
      SecureRandom random = new SecureRandom();
      var privately =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Path path =
          Files.createDirectory(parent.toAbsolutePath().resolve(PREFIX + name(random)), privately);
      FileChannel lock = lock(path);
      Leftovers.sweep(path);
      return new SegmentDirectory(path, lock, random);
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.BAD_ARGUMENT, "shared-memory", parent, "cause", String.valueOf(e.getMessage()));
    }
  }

  /**
   * The file has its name only when it is locked: a server that starts at the same time never sees
   * it free.
   */
  private static FileChannel lock(Path directory) throws IOException {
    Path made = directory.resolve(LOCK + ".new");
    FileChannel channel =
        FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    Files.move(made, directory.resolve(LOCK));
    return channel;
  }

  private static String name(SecureRandom random) {
    byte[] bits = new byte[16];
    random.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  public Path path() {
    return path;
  }

  /** Of all segments there are. */
  public long bytes() {
    return bytes.get();
  }

  /** Makes a segment under a grant, which is the segment's own if this does not throw. */
  Segment create(Grant grant) throws IOException {
    Segment made = Segment.create(path.resolve(name(random)), new Counted(grant, grant.bytes()));
    bytes.addAndGet(grant.bytes());
    return made;
  }

  /**
   * The same for one that the client writes.
   *
   * @param grant for the file, and for the copy that is read of it
   */
  ClientSegment createForClient(Grant grant, long fileBytes) throws IOException {
    ClientSegment made =
        ClientSegment.create(path.resolve(name(random)), new Counted(grant, fileBytes));
    bytes.addAndGet(fileBytes);
    return made;
  }

  /** Removes the directory and all in it. */
  @Override
  public void close() {
    try (lock) {
      Leftovers.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a segment, which closes it once. */
  private final class Counted implements Grant {
    private final Grant grant;
    private final long fileBytes;

    Counted(Grant grant, long fileBytes) {
      this.grant = grant;
      this.fileBytes = fileBytes;
    }

    @Override
    public long bytes() {
      return fileBytes;
    }

    @Override
    public void close() {
      bytes.addAndGet(-fileBytes);
      grant.close();
    }
  }
}
