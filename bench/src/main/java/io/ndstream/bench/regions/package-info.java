/**
 * How fast windows are found: index, negatives, grids, splits; beside a JTS tree and the Python
 * reference.
 */
package io.ndstream.bench.regions;
