/**
 * Which windows a trainer sees: positives round annotations, negatives between them, sample grids,
 * and splits into parts. Everything here is a pure function of the data set and its options;
 * nothing reads pixels.
 */
package io.ndstream.grid;
