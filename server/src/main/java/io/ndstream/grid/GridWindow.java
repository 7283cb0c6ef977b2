package io.ndstream.grid;

/**
 * One window of a sample grid. Intervals are half-open and may reach past the image or video.
 *
 * @param imageRow or -1
 * @param videoRow or -1
 * @param timeStart position in the video's list of frames; 0 for an image
 * @param timeStop past the last frame the window spans; 1 for an image
 * @param frames image rows, in frame order; just the image for an image
 */
public record GridWindow(
    int imageRow,
    int videoRow,
    int timeStart,
    int timeStop,
    int top,
    int bottom,
    int left,
    int right,
    int[] frames,
    boolean positive) {}
