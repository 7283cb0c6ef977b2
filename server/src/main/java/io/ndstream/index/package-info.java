/** Which annotations meet a box: one packed, immutable index for all images of a data set. */
package io.ndstream.index;
