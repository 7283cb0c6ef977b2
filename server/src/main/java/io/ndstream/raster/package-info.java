/**
 * Reading and writing one raster file. {@link io.ndstream.raster.FrameReader} is what the rest of
 * the server sees; behind it lie a pool of GDAL handles, a decoder of tiled TIFFs of our own, a
 * cache of decoded tiles shared by all threads, and entries on disk in forms that are cheap to
 * read. Only this package knows GDAL.
 */
package io.ndstream.raster;
