/**
 * Predictions added onto canvases, and canvases written out. Sums are exact ({@link
 * io.ndstream.stitch.ExactSums}), so neither the order of windows nor their way to the server shows
 * in the result; a window counts once ({@link io.ndstream.stitch.WindowIds}); what was acknowledged
 * is on the disk ({@link io.ndstream.stitch.Journal}).
 */
package io.ndstream.stitch;
