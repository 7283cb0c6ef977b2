package io.ndstream.sample;

/**
 * What cells outside the canvas hold.
 *
 * @param mode {@code constant}, {@code edge}, {@code reflect} or {@code nan}; null is {@code
 *     constant}
 * @param value of {@code constant}; null is NaN for floats of a video sample, else 0
 */
public record Fill(String mode, Double value) {}
