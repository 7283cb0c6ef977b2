package io.ndstream.coco;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Checksums of a manifest, one a block of 4 KiB, and a fingerprint of the whole made from them.
 *
 * <p>The fingerprint is SHA-256 over two different CRCs of every block and the length: 64 bits a
 * block tell accidental changes apart, at a tenth of the time SHA-256 over the bytes would take. It
 * is no defence against someone who forges a manifest of his own.
 */
final class BlockSums {
  static final int BLOCK = 4096;

  private final long length;
  private final IntColumn sums;
  private final String fingerprint;

  BlockSums(long length, IntColumn sums, String fingerprint) {
    this.length = length;
    this.sums = sums;
    this.fingerprint = fingerprint;
  }

  long length() {
    return length;
  }

  IntColumn sums() {
    return sums;
  }

  /** Lower-case hex. */
  String fingerprint() {
    return fingerprint;
  }

  /** Whether these are the bytes of a block. */
  boolean matches(int block, byte[] bytes, int offset, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, count);
    return (int) crc.getValue() == sums.get(block);
  }

  /** Takes buffers that are whole multiples of a block, but for the last. */
  static final class Builder {
    private final IntColumn sums = new IntColumn();
    private final CRC32C crc32c = new CRC32C();
    private final CRC32 crc32 = new CRC32();
    private final MessageDigest digest;
    private final ByteBuffer pair = ByteBuffer.allocate(8);

    Builder() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    void add(byte[] bytes, int count) {
      for (int at = 0; at < count; at += BLOCK) {
        int length = Math.min(BLOCK, count - at);
        crc32c.reset();
        crc32c.update(bytes, at, length);
        crc32.reset();
        crc32.update(bytes, at, length);
        sums.add((int) crc32c.getValue());
        digest.update(
            pair.clear().putInt((int) crc32c.getValue()).putInt((int) crc32.getValue()).array());
      }
    }

    BlockSums build(long length) {
      digest.update(pair.clear().putLong(length).array());
      return new BlockSums(length, sums, HexFormat.of().formatHex(digest.digest()));
    }
  }
}
