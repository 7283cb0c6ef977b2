/**
 * Windows a second from large files, beside C and Python over GDAL; a long run that watches memory.
 */
package io.ndstream.bench.frames;
