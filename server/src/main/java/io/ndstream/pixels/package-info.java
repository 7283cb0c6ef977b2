/**
 * Element types, shapes and counted memory. All pixel memory is little-endian, row-major, channels
 * last unless said otherwise.
 */
package io.ndstream.pixels;
