package io.ndstream.raster;

import io.ndstream.error.LoaderException;
import io.ndstream.error.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether a file that GDAL has closed is there to its end. Closing writes the last buffers, and on
 * a full disk they are lost without an error.
 */
final class WholeFile {
  /** Name and checksum of the chunk that ends every PNG. */
  private static final long PNG_END = 0x49454e44ae426082L;

  private WholeFile() {}

  /**
   * @param location what the file is called in an error
   * @throws LoaderException DISK_FULL if its end is missing
   */
  static void require(Path written, RasterSpec.Format format, String location) {
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.READ)) {
      if (format == RasterSpec.Format.PNG ? endsAsPng(channel) : holdsAllBlocks(channel)) {
        return;
      }
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw cut(e, location);
    }
    throw cut(null, location);
  }

  private static boolean endsAsPng(FileChannel channel) throws IOException {
    ByteBuffer end = ByteBuffer.allocate(Long.BYTES);
    long at = channel.size() - Long.BYTES;
    return at > 0 && channel.read(end, at) == Long.BYTES && end.getLong(0) == PNG_END;
  }

  private static boolean holdsAllBlocks(FileChannel channel) throws IOException {
    long size = channel.size();
    for (TiffDirectory directory : TiffParser.parse(channel)) {
      for (int i = 0; i < directory.offsets().length; i++) {
        if (directory.offsets()[i] + directory.byteCounts()[i] > size) {
          return false;
        }
      }
    }
    return true;
  }

  private static LoaderException cut(Exception cause, String location) {
    return LoaderException.caused(
        cause, Reason.DISK_FULL, "file", location, "detail", "its end could not be written");
  }
}
