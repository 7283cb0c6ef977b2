/** From a plan to batches: the worker pool, the look-ahead of a stream, the byte budget. */
package io.ndstream.batch;
