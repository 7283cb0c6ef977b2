package io.ndstream.sample;

import io.ndstream.Oracle;
import io.ndstream.coco.Dataset;
import io.ndstream.coco.Manifests;
import io.ndstream.coco.OpenOptions;
import io.ndstream.index.AnnotationIndex;
import io.ndstream.raster.HandlePool;
import io.ndstream.raster.LocationPolicy;
import io.ndstream.raster.TileCache;
import io.ndstream.raster.TiledFrameReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Data sets opened for a test, each once. */
final class OpenSamples implements AutoCloseable {
  private final HandlePool pool = new HandlePool(16);
  private final TiledFrameReader reader =
      new TiledFrameReader(pool, new TileCache(64 << 20), new LocationPolicy(List.of()));
  private final Map<String, Dataset> open = new HashMap<>();

  SampleLoader loader(String recorded) {
    return open(Oracle.manifest(recorded));
  }

  SampleLoader open(Path manifest) {
    Dataset dataset =
        open.computeIfAbsent(
            manifest.toString(), m -> Manifests.open(manifest, OpenOptions.serving()));
    return new SampleLoader(dataset, AnnotationIndex.build(dataset), reader);
  }

  TiledFrameReader reader() {
    return reader;
  }

  @Override
  public void close() {
    open.values().forEach(Dataset::close);
    reader.close();
    pool.close();
  }
}
