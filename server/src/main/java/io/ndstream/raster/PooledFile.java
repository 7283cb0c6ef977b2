package io.ndstream.raster;

/** An open file the pool can lend and close. */
interface PooledFile {
  Key key();

  /** The state of the file when it was opened. */
  FileIdentity identity();

  /** Memory it takes while it is open, about. */
  long bytes();

  /** Closes it; called once, by the pool. */
  void delete();

  /**
   * What is open.
   *
   * @param channel true for a plain channel, false for a GDAL data set
   */
  record Key(String location, boolean channel) {}
}
