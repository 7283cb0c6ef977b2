package io.ndstream.coco;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/**
 * One parsed manifest on disk, so that opening it again need not read it. An entry belongs to a
 * path and options, and counts only while the file is the very one that was parsed. It appears
 * whole or not at all; a damaged one is as good as none. Beside the entry of an archive lies its
 * member, unpacked, for rows are read again later.
 */
final class ParsedCache {
  private static final long MAGIC = 0x314F434F43534444L;
  private static final int VERSION = 3;

  private static final int NAMED_BY = 16;

  private final Path directory;
  private final Path manifest;
  private final String key;
  private final String name;
  private final Path entry;

  /** What an entry holds, and the bytes it was made from. */
  record Known(Parsed parsed, Source source) {}

  ParsedCache(Path directory, Path manifest, OpenOptions options) {
    this.directory = directory;
    this.manifest = manifest;
    key = key(manifest, options);
    name = Long.toHexString(hash(key));
    entry = directory.resolve(name + ".manifest");
  }

  /**
   * Spelt out: a record's own text, or a lambda, would cost more to set up than reading the whole
   * entry.
   */
  private static String key(Path manifest, OpenOptions options) {
    StringBuilder text = new StringBuilder(manifest.toString());
    text.append('\0')
        .append(options.lenient())
        .append(options.keepDegenerate())
        .append(options.maxIssues());
    Limits limits = options.limits();
    text.append('\0')
        .append(limits.nesting())
        .append(' ')
        .append(limits.stringLength())
        .append(' ');
    text.append(limits.manifestBytes())
        .append(' ')
        .append(limits.expansion())
        .append(' ')
        .append(limits.rows());
    text.append('\0').append(options.paths().everything());
    for (String prefix : options.paths().localPrefixes()) {
      text.append('\0').append(prefix);
    }
    for (String prefix : options.paths().remotePrefixes()) {
      text.append("\0\0").append(prefix);
    }
    return text.toString();
  }

  /** FNV-1a; two keys of one hash only take each other's place, for an entry holds its key. */
  private static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x100000001b3L;
    }
    return hash;
  }

  /** What is known of this very file, or null. */
  Known load(FileIdentity identity) {
    if (!Files.exists(entry)) {
      return null;
    }
    try (FileChannel file = FileChannel.open(entry, StandardOpenOption.READ)) {
      CacheReader in = new CacheReader(file);
      boolean ours = in.getLong() == MAGIC && in.getInt() == VERSION;
      if (!ours || !key.equals(in.getText()) || !identity.text().equals(in.getText())) {
        return null;
      }
      boolean unpacked = in.getInt() == 1;
      Parsed parsed = ParsedCodec.read(in);
      return in.isIntact() ? known(parsed, unpacked) : null;
    } catch (IOException | RuntimeException e) {
      // a damaged entry may fail anywhere; it is written again after parsing
      return null;
    }
  }

  private Known known(Parsed parsed, boolean unpacked) throws IOException {
    Path json = unpacked ? member(parsed) : manifest;
    Source source = new Source(manifest, new RandomAccessFile(json.toFile(), "r"), parsed.sums());
    if (unpacked && !source.isIntact()) {
      source.close();
      return null;
    }
    return new Known(parsed, source);
  }

  /**
   * Where the member of an archive lies. Its name tells which member, as there is a moment between
   * a new one and its entry.
   */
  private Path member(Parsed parsed) {
    return directory.resolve(
        name + "-" + parsed.sums().fingerprint().substring(0, NAMED_BY) + ".json");
  }

  /**
   * Keeps what was parsed. Failing to is no failure: the manifest is parsed again next time.
   *
   * @param unpacked the bytes if the manifest is an archive, else null
   */
  void store(FileIdentity identity, Parsed parsed, Source unpacked) {
    try {
      Files.createDirectories(directory);
      if (unpacked != null) {
        write(member(parsed), unpacked::copyTo);
      }
      write(entry, stream -> write(stream, identity, parsed, unpacked != null));
      removeOtherMembers(unpacked == null ? entry : member(parsed));
    } catch (IOException | RuntimeException e) {
      LoggerFactory.getLogger(ParsedCache.class)
          .warn("A parsed manifest could not be kept in {}: {}", directory, e.toString());
    }
  }

  private void removeOtherMembers(Path kept) throws IOException {
    try (DirectoryStream<Path> members = Files.newDirectoryStream(directory, name + "-*.json")) {
      for (Path member : members) {
        if (!member.equals(kept)) {
          Files.deleteIfExists(member);
        }
      }
    }
  }

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private void write(Path target, Content content) throws IOException {
    Path part = Files.createTempFile(directory, "manifest", ".part");
    try {
      try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
        content.write(Channels.newOutputStream(file));
        file.force(false);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void write(OutputStream stream, FileIdentity identity, Parsed parsed, boolean unpacked)
      throws IOException {
    try (CacheWriter out = new CacheWriter(stream)) {
      out.putLong(MAGIC);
      out.putInt(VERSION);
      out.putText(key);
      out.putText(identity.text());
      out.putInt(unpacked ? 1 : 0);
      ParsedCodec.write(parsed, out);
    }
  }
}
