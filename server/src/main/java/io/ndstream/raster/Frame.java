package io.ndstream.raster;

import java.util.List;

/**
 * An opened file: one state of it, and how its levels are read. Holds no descriptor.
 *
 * @param number unique in the process
 * @param levels one entry a level; null where tiles would be too large for the cache
 */
record Frame(long number, SourceFile file, FrameHeader header, TileSource[] levels, int weight)
    implements Opened {
  static Frame of(
      long number,
      SourceFile file,
      FrameHeader header,
      TileSource[] levels,
      List<TiffDirectory> indexes) {
    int bytes =
        1000
            + 200 * header.levels().size()
            + indexes.stream().mapToInt(TiffDirectory::indexBytes).sum();
    return new Frame(number, file, header, levels, bytes);
  }

  @Override
  public Frame frame() {
    return this;
  }
}
