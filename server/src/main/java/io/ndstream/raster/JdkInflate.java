package io.ndstream.raster;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** DEFLATE by the JDK's zlib, which can stop anywhere. */
final class JdkInflate implements Decompressor {
  private final Inflater inflater = new Inflater();

  @Override
  public void decode(ByteBuffer in, byte[] out, int wanted) throws IOException {
    inflater.reset();
    inflater.setInput(in.duplicate());
    int at = 0;
    try {
      while (at < wanted) {
        int count = inflater.inflate(out, at, wanted - at);
        if (count == 0) {
          throw new EOFException("DEFLATE data end early");
        }
        at += count;
      }
    } catch (DataFormatException e) {
      throw new IOException("DEFLATE: " + e.getMessage(), e);
    }
  }
}
