package io.ndstream.stitch;

import java.util.List;

/**
 * How far a run is.
 *
 * @param open images with a canvas, in the order of their first window
 * @param finished ascending
 * @param ready images the guess holds for ready, ascending
 * @param adjusted windows cut under {@link Placement#LENIENT} since the run was opened
 */
public record RunStatus(
    long windows,
    int complete,
    List<Long> open,
    List<Long> finished,
    List<Long> ready,
    long adjusted,
    long memoryBytes,
    long diskBytes) {}
