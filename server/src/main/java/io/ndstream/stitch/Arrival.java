package io.ndstream.stitch;

/**
 * A window as it came.
 *
 * @param ready what the client says about the image before, or null; for the guess only
 */
public record Arrival(StitchWindow window, Boolean ready) {}
