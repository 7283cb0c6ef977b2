package io.ndstream.coco;

import io.ndstream.error.LoaderException;
import io.ndstream.error.OpenFiles;
import io.ndstream.error.Reason;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * What the JSON comes in: a plain file, or a zip archive with one member, told apart by content. A
 * member is unpacked into an unnamed temporary file while it is parsed, for rows are read again
 * later.
 */
final class Container implements Closeable {
  private final Path path;
  private final RandomAccessFile file;
  private final ZipFile zip;
  private final OutputStream copy;
  private final ManifestInput input;

  private Container(
      Path path, RandomAccessFile file, ZipFile zip, OutputStream copy, ManifestInput input) {
    this.path = path;
    this.file = file;
    this.zip = zip;
    this.copy = copy;
    this.input = input;
  }

  /**
   * @throws FatalInput if it is an archive of the wrong sort
   */
  static Container open(Path path, Limits limits) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      if (isZip(file)) {
        file.close();
        return unpack(path, limits);
      }
      file.seek(0);
      InputStream in = Channels.newInputStream(file.getChannel());
      ManifestInput input =
          new ManifestInput(
              in, null, limits.manifestBytes(), IssueCode.NUMBER_RANGE, tooLarge(limits));
      return new Container(path, file, null, null, input);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  ManifestInput input() {
    return input;
  }

  /** Whether the file itself is the JSON. */
  boolean isPlain() {
    return zip == null;
  }

  /**
   * Reads to the end and keeps the decoded bytes at hand. The container must not be used any more,
   * nor closed.
   */
  Source toSource() throws IOException {
    BlockSums sums = input.sums();
    if (copy != null) {
      copy.flush();
      zip.close();
    }
    return new Source(path, file, sums);
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (zip != null) {
      zip.close();
    }
  }

  private static boolean isZip(RandomAccessFile file) throws IOException {
    byte[] magic = new byte[4];
    int count = file.read(magic);
    boolean local = magic[2] == 3 && magic[3] == 4;
    boolean empty = magic[2] == 5 && magic[3] == 6;
    return count == 4 && magic[0] == 'P' && magic[1] == 'K' && (local || empty);
  }

  private static Container unpack(Path path, Limits limits) throws IOException {
    ZipFile zip;
    try {
      zip = ZipFile.builder().setPath(path).get();
    } catch (IOException | RuntimeException e) {
      OpenFiles.requireEnough(e, path);
      throw new FatalInput(IssueCode.ZIP, "the archive is damaged: " + e.getMessage());
    }
    RandomAccessFile file = null;
    try {
      ZipArchiveEntry member = onlyMember(zip);
      InputStream in = ZipMember.open(zip, member);
      file = unnamedFile();
      OutputStream copy =
          new BufferedOutputStream(Channels.newOutputStream(file.getChannel()), 1 << 16);
      long ratio = Math.max(1, member.getCompressedSize()) * limits.expansion();
      boolean byRatio = ratio < limits.manifestBytes();
      String message = byRatio ? "member expands to more than the allowed ratio" : tooLarge(limits);
      ManifestInput input =
          new ManifestInput(
              in, copy, Math.min(ratio, limits.manifestBytes()), IssueCode.ZIP, message);
      return new Container(path, file, zip, copy, input);
    } catch (IOException | RuntimeException e) {
      zip.close();
      if (file != null) {
        file.close();
      }
      throw e;
    }
  }

  private static ZipArchiveEntry onlyMember(ZipFile zip) throws FatalInput {
    List<ZipArchiveEntry> members = Collections.list(zip.getEntries());
    if (members.isEmpty()) {
      throw new FatalInput(IssueCode.ZIP, "the archive is empty");
    }
    if (members.size() > 1) {
      throw new FatalInput(
          IssueCode.ZIP,
          "the archive must hold exactly one manifest, found " + members.size() + " members");
    }
    if (members.get(0).isDirectory()) {
      throw new FatalInput(IssueCode.ZIP, "the archive holds a directory, not a manifest");
    }
    return members.get(0);
  }

  /**
   * A temporary file that nobody else can open or change: its name is gone before a byte is
   * written.
   */
  private static RandomAccessFile unnamedFile() {
    try {
      Path path = Files.createTempFile("ndstream-manifest", ".json");
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path);
      return file;
    } catch (IOException e) {
      throw LoaderException.caused(
          e, Reason.DISK_FULL, "directory", System.getProperty("java.io.tmpdir"));
    }
  }

  private static String tooLarge(Limits limits) {
    return "the manifest is larger than " + limits.manifestBytes() + " bytes";
  }
}
