package io.ndstream.raster;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C, which processors compute by themselves. */
final class Checksums {
  private Checksums() {}

  static int of(byte[] data, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, offset, length);
    return (int) crc.getValue();
  }

  /** Of the bytes at these absolute indexes. */
  static int of(ByteBuffer data, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data.slice(offset, length));
    return (int) crc.getValue();
  }
}
