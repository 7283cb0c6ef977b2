package io.ndstream.raster;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Inflater;

/**
 * What one thread needs to decode tiles: decoders and buffers that are used again for every tile.
 */
final class TileScratch {
  final Inflater inflater = new Inflater();
  final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  final LzwDecoder lzw = new LzwDecoder();
  final JpegTile jpeg = new JpegTile();
  private byte[] compressed = new byte[0];
  private byte[] whole = new byte[0];
  private ByteBuffer direct = ByteBuffer.allocateDirect(0);

  /** At least this long; holds a tile as the file has it. */
  byte[] compressed(int bytes) {
    if (compressed.length < bytes) {
      compressed = new byte[bytes + bytes / 4];
    }
    return compressed;
  }

  /** At least this long; for codecs that must decode more rows than are wanted. */
  byte[] whole(int bytes) {
    if (whole.length < bytes) {
      whole = new byte[bytes];
    }
    return whole;
  }

  /** At least this long; for GDAL, which writes to direct memory only. */
  ByteBuffer direct(int bytes) {
    if (direct.capacity() < bytes) {
      direct = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return direct;
  }
}
