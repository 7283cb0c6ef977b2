package io.ndstream.raster;

/** Which files get an entry, by what reading them as they are would cost. */
record EntryPolicy(Backend backend, int tileSize) {
  /** Decoded images up to this size stay in memory as they are. */
  private static final long SMALL_BYTES = 1 << 20;

  /** The form of the file's entry, or null if it is read where it lies. */
  EntryForm formOf(Frame frame) {
    if (frame.file().path() == null) {
      return null; // behind GDAL's virtual file systems: nothing tells one state from another
    }
    return switch (backend) {
      case NONE -> null;
      case NPY -> EntryForm.NPY;
      case RAW -> EntryForm.RAW_TIFF;
      case COG -> isTiled(frame) ? null : EntryForm.ZSTD_TIFF;
      case AUTO ->
          isTiled(frame) || EntryBuilder.decodedBytes(frame.header()) <= SMALL_BYTES
              ? null
              : EntryForm.ZSTD_TIFF;
    };
  }

  private static boolean isTiled(Frame frame) {
    return frame.levels()[0] instanceof TiffTiles;
  }
}
