package io.ndstream.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What one thread needs to decode tiles: decoders and buffers that are used again for every tile.
 */
final class TileScratch {
  final Decompressor zstd = Libzstd.orBundled(this::direct);
  final Decompressor lzw = new LzwDecoder();
  final DeflateDecoder deflate = new DeflateDecoder(this::direct);
  final JpegTile jpeg = new JpegTile();
  private ByteBuffer compressed = ByteBuffer.allocateDirect(0);
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);

  /** Exactly this long; holds a tile as the file has it. */
  ByteBuffer compressed(int bytes) {
    if (compressed.capacity() < bytes) {
      compressed = ByteBuffer.allocateDirect(bytes + bytes / 4);
    }
    return compressed.clear().limit(bytes);
  }

  /** At least this long; for libraries that write to direct memory only. */
  ByteBuffer direct(int bytes) {
    if (direct.capacity() < bytes) {
      direct = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return direct;
  }
}
