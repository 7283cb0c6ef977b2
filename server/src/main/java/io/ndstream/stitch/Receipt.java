package io.ndstream.stitch;

/**
 * What became of a window.
 *
 * @param id of the window, made from its box if it had none
 * @param duplicate counted before; not again
 * @param windows of the image that count now
 * @param missing windows still expected, -1: unknown
 * @param complete no window is missing any more
 */
public record Receipt(String id, boolean duplicate, long windows, long missing, boolean complete) {}
