package io.ndstream.toy;

import io.ndstream.geom.Box;

/**
 * One shape of a scene.
 *
 * @param box in image space
 * @param paint seed of its colours and values
 * @param track id, or 0 for none
 */
record Thing(ToyShape shape, Box box, long paint, int track) {}
