package io.ndstream.raster;

/**
 * What a cache of frames did.
 *
 * @param built entries made
 * @param damaged entries found damaged
 * @param evicted entries removed for room
 * @param bytes on disk now
 */
public record CacheCounts(long built, long damaged, long evicted, long bytes) {}
