/**
 * Windows, boxes and affine maps: numbers only, no pixels. Pixel (i, j) covers [i, i+1) x [j, j+1).
 */
package io.ndstream.geom;
