/**
 * The maths of a read: which window of which overview, by which map; and the kernels that carry it
 * out. No file is touched here.
 */
package io.ndstream.warp;
