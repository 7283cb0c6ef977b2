/** Opening a manifest, first and again, beside the Python reference. */
package io.ndstream.bench.dataset;
