/**
 * Windows per second from large files, beside a C program over GDAL and Python; and a long run that
 * watches memory and descriptors.
 */
package io.ndstream.bench.frames;
