package io.ndstream.rpc;

import io.ndstream.error.OpenFiles;
import io.ndstream.v1.GridSpec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sample grids as files, one each: magic, then deflated: fingerprint, spec, states, check sum.
 * Written beside and moved into place, so no reader sees half a file; a damaged one is removed and
 * made again.
 */
final class GridFiles {
  private static final Logger LOG = LoggerFactory.getLogger(GridFiles.class);
  private static final int MAGIC = 0x6e646731; // ndg1
  private static final String ENDING = ".grid";

  private final Path dir;

  /**
   * @param spec with the data set's name
   * @param states one byte a place
   */
  record Stored(String fingerprint, GridSpec spec, byte[] states) {}

  GridFiles(Path dir) {
    this.dir = dir;
  }

  void write(String name, String fingerprint, GridSpec spec, byte[] states) {
    try {
      Files.createDirectories(dir);
      Path draft = Files.createTempFile(dir, name, ".part");
      try {
        try (var out = new DataOutputStream(Files.newOutputStream(draft))) {
          out.writeInt(MAGIC);
          try (var body = new DataOutputStream(new DeflaterOutputStream(out))) {
            byte[] message = spec.toByteArray();
            body.writeUTF(fingerprint);
            body.writeInt(message.length);
            body.write(message);
            body.writeInt(states.length);
            body.write(states);
            body.writeLong(sum(message, states));
          }
        }
        Files.move(
            draft, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      // the grid is in memory and can be made again; only a restart will miss the file
      LOG.warn("Grid {} could not be written to {}", name, dir, e);
    }
  }

  /** Null if there is none. */
  Stored read(String name) {
    if (!name.matches("[0-9a-f]+")) {
      return null;
    }
    try (var in = new DataInputStream(Files.newInputStream(file(name)))) {
      if (in.readInt() != MAGIC) {
        throw new IOException("not a grid");
      }
      var body = new DataInputStream(new InflaterInputStream(in));
      String fingerprint = body.readUTF();
      byte[] message = body.readNBytes(body.readInt());
      byte[] states = body.readNBytes(body.readInt());
      if (body.readLong() != sum(message, states)) {
        throw new IOException("check sum");
      }
      return new Stored(fingerprint, GridSpec.parseFrom(message), states);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | IllegalArgumentException e) {
      OpenFiles.requireEnough(e, file(name));
      LOG.warn("Grid file of {} is damaged and removed", name, e);
      delete(name);
      return null;
    }
  }

  /** Whether there was one. */
  boolean delete(String name) {
    try {
      return name.matches("[0-9a-f]+") && Files.deleteIfExists(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name) {
    return dir.resolve(name + ENDING);
  }

  private static long sum(byte[] message, byte[] states) {
    CRC32 crc = new CRC32();
    crc.update(message);
    crc.update(states);
    return crc.getValue();
  }
}
