/** How fast predictions become rasters, beside the reference. */
package io.ndstream.bench.stitch;
