package io.ndstream.sample;

/**
 * The reads of one frame.
 *
 * @param image row of {@code Dataset.images()}
 */
record FramePlan(int image) {}
