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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One parsed manifest on disk, so that opening it again need not read it. An entry belongs to a path and options, and counts only while the
 * file is the very one that was parsed. It appears whole or not at all; a damaged one is as good as none.
 */
final class ParsedCache {
  private static final Logger LOG = LoggerFactory.getLogger(ParsedCache.class);
  private static final long MAGIC = 0x314F434F43534444L;
  private static final int VERSION = 1;

  private final Path directory;
  private final Path entry;

  ParsedCache(Path directory, Path manifest, OpenOptions options) {
    this.directory = directory;
    String key = manifest + "\0" + options.lenient() + options.keepDegenerate() + options.maxIssues() + options.limits()
        + options.paths();
    this.entry = directory.resolve(hash(key) + ".manifest");
  }

  private static String hash(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What is known of this very file, or null. */
  Parsed load(FileIdentity identity) {
    if (!Files.exists(entry)) {
      return null;
    }
    try (FileChannel file = FileChannel.open(entry, StandardOpenOption.READ)) {
      CacheReader in = new CacheReader(file);
      boolean ours = in.getLong() == MAGIC && in.getInt() == VERSION;
      if (!ours || !identity.text().equals(in.getText())) {
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
      LOG.warn("A parsed manifest could not be kept in {}: {}", directory, e.toString());
    }
  }

  private static void write(Path part, FileIdentity identity, Parsed parsed) throws IOException {
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      OutputStream stream = Channels.newOutputStream(file);
      try (CacheWriter out = new CacheWriter(stream)) {
        out.putLong(MAGIC);
        out.putInt(VERSION);
        out.putText(identity.text());
        ParsedCodec.write(parsed, out);
      }
      file.force(false);
    }
  }
}
