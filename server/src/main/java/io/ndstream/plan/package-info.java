/**
 * Epoch order, shards and resume points: pure functions of a seed and a few numbers. No clock,
 * thread, file or global state.
 */
package io.ndstream.plan;
