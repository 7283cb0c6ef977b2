/**
 * Shapes of annotations: run lengths to masks and polygons, mapping and clipping, flat columns,
 * painted label images. A point (x, y) lies on the plane whose pixel (column c, row r) covers [c,
 * c+1) x [r, r+1); its centre is (c + 0.5, r + 0.5).
 */
package io.ndstream.annot;
