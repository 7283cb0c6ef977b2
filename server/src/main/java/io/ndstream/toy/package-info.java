/**
 * Toy data sets in the manner of kwcoco's demo data: coloured shapes on a textured ground, as loose
 * images or as videos of moving shapes, with boxes, polygons, keypoints and tracks. Everything
 * follows from the options and the seed: the same ones give the same bytes on every machine and
 * Java version, so nothing here may use a platform's own random numbers, transcendental functions
 * or text form of doubles.
 */
package io.ndstream.toy;
