package io.ndstream.coco;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.LoggerFactory;

/**
 * One parsed manifest on disk, so that opening it again need not read it. An entry belongs to a path and options, and counts only while the
 * file is the very one that was parsed. It appears whole or not at all; a damaged one is as good as none.
 */
final class ParsedCache {
  private static final long MAGIC = 0x314F434F43534444L;
  private static final int VERSION = 2;

  private final Path directory;
  private final String key;
  private final Path entry;

  ParsedCache(Path directory, Path manifest, OpenOptions options) {
    this.directory = directory;
    key = key(manifest, options);
    entry = directory.resolve(Long.toHexString(hash(key)) + ".manifest");
  }

  /** Spelt out: a record's own text, or a lambda, would cost more to set up than reading the whole entry. */
  private static String key(Path manifest, OpenOptions options) {
    StringBuilder text = new StringBuilder(manifest.toString());
    text.append('\0').append(options.lenient()).append(options.keepDegenerate()).append(options.maxIssues());
    Limits limits = options.limits();
    text.append('\0').append(limits.nesting()).append(' ').append(limits.stringLength()).append(' ');
    text.append(limits.manifestBytes()).append(' ').append(limits.expansion()).append(' ').append(limits.rows());
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
  Parsed load(FileIdentity identity) {
    if (!Files.exists(entry)) {
      return null;
    }
    try (FileChannel file = FileChannel.open(entry, StandardOpenOption.READ)) {
      CacheReader in = new CacheReader(file);
      boolean ours = in.getLong() == MAGIC && in.getInt() == VERSION;
      if (!ours || !key.equals(in.getText()) || !identity.text().equals(in.getText())) {
        return null;
      }
      Parsed parsed = ParsedCodec.read(in);
      return in.isIntact() ? parsed : null;
    } catch (IOException | RuntimeException e) {
      // a damaged entry may fail anywhere; it is written again after parsing
      return null;
    }
  }

  /** Keeps what was parsed. Failing to is no failure: the manifest is parsed again next time. */
  void store(FileIdentity identity, Parsed parsed) {
    try {
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "manifest", ".part");
      try {
        write(part, identity, parsed);
        Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(ParsedCache.class)
          .warn("A parsed manifest could not be kept in {}: {}", directory, e.toString());
    }
  }

  private void write(Path part, FileIdentity identity, Parsed parsed) throws IOException {
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      OutputStream stream = Channels.newOutputStream(file);
      try (CacheWriter out = new CacheWriter(stream)) {
        out.putLong(MAGIC);
        out.putInt(VERSION);
        out.putText(key);
        out.putText(identity.text());
        ParsedCodec.write(parsed, out);
      }
      file.force(false);
    }
  }
}
