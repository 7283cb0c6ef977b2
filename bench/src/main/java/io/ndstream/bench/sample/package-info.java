/**
 * Whole samples: resolve, read, resample, annotate; beside the Python reference in the same run.
 */
package io.ndstream.bench.sample;
